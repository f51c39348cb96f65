import { queryOptions } from "@tanstack/react-query";
import { api, askWhole } from "./client";

/** Voices that can speak now. */
export const voicesQuery = queryOptions({
  queryKey: ["assets", "voices"],
  queryFn: ({ signal }) => askWhole(api.GET("/v1/audio/voices", { signal })),
});
