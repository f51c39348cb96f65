import { useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { jobsKey } from "../../api/jobs";
import type { DownloadView } from "../../api/schema";
import { storeJob } from "../../api/storeJob";
import { tellDone } from "../../parts/toast";
import { useAction } from "../../parts/useAction";
import { actionKey, useShownJob } from "../../parts/useShownJob";
import { useText } from "../../text";

type DownloadAction = "pause" | "resume" | "retry" | "cancel";

/** What can be done to a download. `useShownDownload` shows what was asked for at once. */
export function useDownloadActions({ id }: DownloadView) {
  const text = useText();
  const client = useQueryClient();
  const params = { path: { job: id } };
  const act = useAction(
    (action: DownloadAction): Promise<DownloadView> => {
      switch (action) {
        case "pause":
          return ask(api.POST("/api/sources/download/{job}/pause", { params }));
        case "resume":
          return ask(api.POST("/api/sources/download/{job}/resume", { params }));
        case "retry":
          return ask(api.POST("/api/sources/download/{job}/retry", { params }));
        case "cancel":
          return ask(api.DELETE("/api/sources/download/{job}", { params }));
      }
    },
    {
      key: actionKey(id),
      onDone: async (changed, action) => {
        storeJob(client, "download", changed);
        if (action !== "retry") return;
        tellDone(text, text.hub.download.retried);
        await client.invalidateQueries({ queryKey: jobsKey("download") });
      },
    },
  );
  const limit = useAction(
    (bandwidth: number | null) => ask(api.PATCH("/api/sources/download/{job}", { params, body: { bandwidth } })),
    { done: text.hub.capSet, onDone: (changed) => storeJob(client, "download", changed) },
  );
  return { act, limit, retrying: act.isPending && act.variables === "retry" };
}

export function useShownDownload(job: DownloadView): DownloadView {
  return useShownJob(job, shownDownload);
}

function shownDownload(action: DownloadAction, { state }: DownloadView): Partial<DownloadView> | undefined {
  switch (action) {
    case "pause":
      return state === "queued" ? { state: "paused", control: null } : { control: "pause" };
    case "resume":
      return { state: "queued", control: null, waiting: null };
    case "cancel":
      return { control: "cancel" };
    case "retry":
      return undefined;
  }
}
