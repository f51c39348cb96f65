import { useAllJobs } from "../api/useAllJobs";
import { useFormat } from "../text/format";

/** The start of the tab's title: the page's own progress, else that of the one or the average of what runs. */
export function useProgressTitle(own: number | null): string {
  const format = useFormat();
  const running = (useAllJobs().data ?? []).filter((job) => job.state === "running");
  const average = running.reduce((sum, job) => sum + job.progress, 0) / running.length;
  const value = own ?? (running.length ? average : null);
  return value === null ? "" : `${format.percent(value)} `;
}
