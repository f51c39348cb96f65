import { queryOptions, useQueryClient } from "@tanstack/react-query";
import { useAction } from "../parts/useAction";
import { api, ask } from "./client";
import type { ChangeSettingsRequest } from "./schema";

export const settingsQuery = queryOptions({
  queryKey: ["settings"],
  queryFn: ({ signal }) => ask(api.GET("/api/settings", { signal })),
});

/** Change some settings; the others stay. */
export function useChangeSettings(done?: string) {
  const client = useQueryClient();
  return useAction((body: ChangeSettingsRequest) => ask(api.POST("/api/settings", { body })), {
    done,
    onDone: (settings) => client.setQueryData(settingsQuery.queryKey, settings),
  });
}
