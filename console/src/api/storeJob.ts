import type { QueryClient } from "@tanstack/react-query";
import type { AnyJob, JobList, Kind } from "./jobs";
import { jobKey, jobsKey, sharedJobsKey } from "./jobs";
import { sessionQuery } from "./session";

type State = Partial<AnyJob> & { id: string; revision: number };

/** Put a newer state of a job into every place that shows it. An older one than what is shown is ignored. */
export function storeJob(client: QueryClient, kind: Kind, job: State): void {
  const merge = <T extends AnyJob>(old: T): T =>
    old.id !== job.id || old.revision > job.revision ? old : Object.assign({}, old, job);
  client.setQueryData<AnyJob>(jobKey(kind, job.id), (old) => old && merge(old));
  const queryKey = isOwn(client, job) ? jobsKey(kind) : sharedJobsKey(kind);
  const list = client.getQueryData<JobList>(queryKey);
  if (!list) return;
  const at = list.pages.findIndex((page) => page.data.some((item) => item.id === job.id));
  const into = Math.max(0, at);
  const pages = list.pages.map((page, i) => {
    if (i !== into) return page;
    return { ...page, data: at < 0 ? [job as AnyJob, ...page.data] : page.data.map(merge) };
  });
  client.setQueryData(queryKey, { ...list, pages });
  // An answer that is under way does not have the new job yet.
  if (at < 0 && client.isFetching({ queryKey, exact: true })) void client.invalidateQueries({ queryKey, exact: true });
}

/** `GET /api/<kind>` lists the caller's jobs only; events come of the jobs that others share too. */
function isOwn(client: QueryClient, job: State): boolean {
  const me = client.getQueryData(sessionQuery.queryKey);
  return me?.mode !== "accounts" || job.owner === undefined || job.owner === me.name;
}
