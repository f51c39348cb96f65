import { Skeleton, Stack } from "@mantine/core";
import type { ReactNode } from "react";
import { useText } from "../text";
import { ErrorAlert } from "./ErrorAlert";

/** Grey bars in the place of lines that are on their way. */
export function Lines({ count = 4 }: { count?: number }) {
  const text = useText();
  return (
    <Stack gap="sm" role="status" aria-label={text.common.loading}>
      {Array.from({ length: count }, (_, i) => (
        <Skeleton key={i} height={18} width={`${95 - ((i * 17) % 40)}%`} />
      ))}
    </Stack>
  );
}

/** The answer of a query, grey bars until it is here, or its error with a way to try again. */
export function Loaded<T>({
  query,
  lines,
  children,
}: {
  query: { data: T | undefined; error: unknown; refetch: () => Promise<unknown> };
  lines?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return <>{children(query.data)}</>;
  if (query.error) return <ErrorAlert error={query.error} onRetry={() => void query.refetch()} />;
  return <Lines count={lines} />;
}
