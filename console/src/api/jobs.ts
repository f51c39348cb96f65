/** Jobs of every kind in the query cache: one key for a job, one for the lists, kept fresh by live events. */

import type { InfiniteData } from "@tanstack/react-query";
import { infiniteQueryOptions } from "@tanstack/react-query";
import { api, askWhole } from "./client";
import { newestPages } from "./newest";
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
export type JobList = InfiniteData<JobPage>;

const PAGE = 50;

export const jobKey = (kind: Kind, id: string) => ["job", kind, id] as const;
/** The caller's own jobs. As a prefix: these and the shared ones. */
export const jobsKey = (kind: Kind) => ["jobs", kind] as const;
export const sharedJobsKey = (kind: Kind) => ["jobs", kind, "shared"] as const;

type Fetch<T> = (query: { limit: number; cursor?: string }, signal: AbortSignal) => Promise<JobPage<T>>;

function pages<T extends AnyJob>(queryKey: readonly string[], fetchPage: Fetch<T>) {
  return infiniteQueryOptions({
    queryKey: [...queryKey],
    queryFn: ({ pageParam, signal }) => fetchPage({ limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: (last: JobPage<T>) => last.next ?? undefined,
    structuralSharing: (old, read) => newestPages(old as JobList | undefined, read as JobList),
  });
}

export const downloadsQuery = pages<DownloadView>(jobsKey("download"), (query, signal) =>
  askWhole(api.GET("/api/sources/downloads", { params: { query }, signal })),
);
export const runsQuery = pages<TrainingView>(jobsKey("training"), (query, signal) =>
  askWhole(api.GET("/api/training", { params: { query }, signal })),
);
/** The runs that other accounts share. */
export const sharedRunsQuery = pages<TrainingView>(sharedJobsKey("training"), (query, signal) =>
  askWhole(api.GET("/api/training", { params: { query: { ...query, shared: true } }, signal })),
);
export const rendersQuery = pages<SpeechView>(jobsKey("speech"), (query, signal) =>
  askWhole(api.GET("/api/speech", { params: { query }, signal })),
);

export const ACTIVE: readonly JobState[] = ["queued", "running", "paused"];
export const isActive = (job: { state: JobState }): boolean => ACTIVE.includes(job.state);
export const isMoving = (job: { state: JobState }): boolean => job.state === "queued" || job.state === "running";
