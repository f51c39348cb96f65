/** Jobs of every kind in the query cache: one key for a job, one for the lists, kept fresh by live events. */

import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, askWhole } from "./client";
import type { DownloadView, JobState, ScanView, SpeechView, TrainingView } from "./schema";

export interface JobViews {
  download: DownloadView;
  training: TrainingView;
  speech: SpeechView;
  scan: ScanView;
}
export type Kind = keyof JobViews;
export type AnyJob = JobViews[Kind];

export interface JobPage<T = AnyJob> {
  data: T[];
  next?: string | null;
}

const PAGE = 50;

export const jobKey = (kind: Kind, id: string) => ["job", kind, id] as const;
export const jobsKey = (kind: Kind) => ["jobs", kind] as const;

type Fetch<T> = (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<JobPage<T>>;

function pages<T extends AnyJob>(kind: Kind, fetchPage: Fetch<T>) {
  return infiniteQueryOptions({
    queryKey: [...jobsKey(kind)],
    queryFn: ({ pageParam, signal }) => fetchPage({ limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: JobPage<T>) => last.next ?? undefined,
  });
}

export const downloadsQuery = pages<DownloadView>("download", (query, signal) =>
  askWhole(api.GET("/api/sources/downloads", { params: { query }, signal })),
);
export const runsQuery = pages<TrainingView>("training", (query, signal) =>
  askWhole(api.GET("/api/training", { params: { query }, signal })),
);
export const rendersQuery = pages<SpeechView>("speech", (query, signal) =>
  askWhole(api.GET("/api/speech", { params: { query }, signal })),
);

export const ACTIVE: readonly JobState[] = ["queued", "running", "paused"];
export const isActive = (job: { state: JobState }): boolean => ACTIVE.includes(job.state);
export const isMoving = (job: { state: JobState }): boolean => job.state === "queued" || job.state === "running";

/** Put a newer state of a job into every place that shows it. An older one than what is shown is ignored. */
export function storeJob(
  client: QueryClient,
  kind: Kind,
  job: Partial<AnyJob> & { id: string; revision: number },
): void {
  const merge = <T extends AnyJob>(old: T): T =>
    old.id !== job.id || old.revision > job.revision ? old : Object.assign({}, old, job);
  client.setQueryData<AnyJob>(jobKey(kind, job.id), (old) => old && merge(old));
  const list = client.getQueryData<InfiniteData<JobPage>>(jobsKey(kind));
  if (!list) return;
  const at = list.pages.findIndex((page) => page.data.some((item) => item.id === job.id));
  if (at < 0) {
    void client.invalidateQueries({ queryKey: jobsKey(kind) }); // a new one
    return;
  }
  const pages = list.pages.map((page, i) => (i === at ? { ...page, data: page.data.map(merge) } : page));
  client.setQueryData(jobsKey(kind), { ...list, pages });
}
