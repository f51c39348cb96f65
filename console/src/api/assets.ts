import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";

/** Everything that is installed, what uses it, and totals. */
export const assetsQuery = queryOptions({
  queryKey: ["assets", "all"],
  queryFn: ({ signal }) => ask(api.GET("/api/assets", { signal })),
  refetchInterval: 30_000, // what uses an asset has no event
});
