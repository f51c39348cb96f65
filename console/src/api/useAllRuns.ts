import { useInfiniteQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { runsQuery } from "./jobs";

const MOST_PAGES = 20; // a thousand runs: what a table in a browser is still good for

/** The caller's runs, also those of later pages, which are read one after another. */
export function useAllRuns() {
  const runs = useInfiniteQuery(runsQuery);
  const { hasNextPage, isFetching, fetchNextPage } = runs;
  const count = runs.data?.pages.length ?? 0;
  useEffect(() => {
    if (hasNextPage && !isFetching && count < MOST_PAGES) void fetchNextPage();
  }, [hasNextPage, isFetching, fetchNextPage, count]);
  return { ...runs, data: runs.data?.pages.flatMap((page) => page.data) };
}
