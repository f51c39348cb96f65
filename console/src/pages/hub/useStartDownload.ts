import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { jobsKey } from "../../api/jobs";
import type { StartDownloadRequest } from "../../api/schema";
import { tellDone } from "../../parts/toast";
import { useText } from "../../text";

/** Start a download. The caller shows the error: it stands beside the button. */
export function useStartDownload() {
  const text = useText();
  const client = useQueryClient();
  return useMutation({
    mutationFn: (body: StartDownloadRequest) => ask(api.POST("/api/sources/download", { body })),
    onSuccess: async () => {
      tellDone(text, text.hub.plan.started);
      await client.invalidateQueries({ queryKey: jobsKey("download") });
    },
  });
}
