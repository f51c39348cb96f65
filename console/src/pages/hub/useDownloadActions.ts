import type { UseMutationOptions } from "@tanstack/react-query";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { api, ask } from "../../api/client";
import { jobsKey } from "../../api/jobs";
import type { DownloadView } from "../../api/schema";
import { storeJob } from "../../api/storeJob";
import { tellDone, tellError } from "../../parts/toast";
import { useText } from "../../text";

/** What can be done to a download. Pause and resume show at once; a refusal takes them back. */
export function useDownloadActions(job: DownloadView) {
  const text = useText();
  const client = useQueryClient();
  const params = { path: { job: job.id } };
  const store = (changed: DownloadView) => storeJob(client, "download", changed);

  const shownAtOnce = (changes: Partial<DownloadView>): UseMutationOptions<DownloadView> => ({
    onMutate: () => store({ ...job, ...changes }),
    onSuccess: store,
    onError: (error) => {
      store(job);
      tellError(text, error);
    },
  });
  const pause = useMutation({
    mutationFn: () => ask(api.POST("/api/sources/download/{job}/pause", { params })),
    ...shownAtOnce({
      control: job.state === "running" ? "pause" : null,
      ...(job.state === "queued" && { state: "paused" }),
    }),
  });
  const resume = useMutation({
    mutationFn: () => ask(api.POST("/api/sources/download/{job}/resume", { params })),
    ...shownAtOnce({ state: "queued", control: null, waiting: null }),
  });
  const retry = useMutation({
    mutationFn: () => ask(api.POST("/api/sources/download/{job}/retry", { params })),
    onSuccess: async () => {
      tellDone(text, text.hub.download.retried);
      await client.invalidateQueries({ queryKey: jobsKey("download") });
    },
    onError: (error) => tellError(text, error),
  });
  const cancel = useMutation({
    mutationFn: () => ask(api.DELETE("/api/sources/download/{job}", { params })),
    ...shownAtOnce({ control: "cancel" }),
  });
  const limit = useMutation({
    mutationFn: (bandwidth: number | null) =>
      ask(api.PATCH("/api/sources/download/{job}", { params, body: { bandwidth } })),
    onSuccess: (changed) => {
      store(changed);
      tellDone(text, text.hub.capSet);
    },
    onError: (error) => tellError(text, error),
  });
  return { pause, resume, retry, cancel, limit };
}
