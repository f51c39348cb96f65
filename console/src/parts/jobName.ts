import type { AnyJob } from "../api/jobs";

/** What a person calls this job. */
export function jobName(job: AnyJob): string {
  if ("repoId" in job) return job.repoId;
  if ("recipe" in job) return job.name;
  if ("excerpt" in job) return job.title ?? job.excerpt;
  return job.id;
}
