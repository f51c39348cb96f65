import { queryOptions, useQuery, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTopic } from "../live/live";
import { api, ask } from "./client";
import type { SystemStatus } from "./schema";

export const systemQuery = queryOptions({
  queryKey: ["system"],
  queryFn: ({ signal }) => ask(api.GET("/api/system", { signal })),
  refetchInterval: 15_000, // in case the live connection is lost
});

/** The state of the machine, followed live while it is shown. */
export function useSystem() {
  const client = useQueryClient();
  const listener = useMemo(
    () => ({
      onEvent: ({ data }: { data: Record<string, unknown> }) =>
        client.setQueryData(systemQuery.queryKey, data as unknown as SystemStatus),
    }),
    [client],
  );
  useTopic("system", listener);
  return useQuery(systemQuery);
}

export type System = NonNullable<ReturnType<typeof useSystem>["data"]>;
