import { useInfiniteQuery } from "@tanstack/react-query";
import type { AnyJob } from "./jobs";
import { downloadsQuery, rendersQuery, runsQuery } from "./jobs";

interface AllJobs {
  /** The loaded jobs of all kinds; undefined until every kind has answered. */
  data: AnyJob[] | undefined;
  error: Error | null;
  refetch: () => Promise<unknown>;
}

/** Downloads, runs and renders together, kept fresh by live events. */
export function useAllJobs(): AllJobs {
  const downloads = useInfiniteQuery(downloadsQuery);
  const runs = useInfiniteQuery(runsQuery);
  const renders = useInfiniteQuery(rendersQuery);
  const complete = downloads.data && runs.data && renders.data;
  const jobs: AnyJob[] = [downloads.data, runs.data, renders.data].flatMap(
    (found): AnyJob[] => found?.pages.flatMap((page): AnyJob[] => page.data) ?? [],
  );
  return {
    data: complete && jobs,
    error: downloads.error ?? runs.error ?? renders.error,
    refetch: () => Promise.all([downloads.refetch(), runs.refetch(), renders.refetch()]),
  };
}
