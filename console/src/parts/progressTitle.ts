import { useAllJobs } from "../api/useAllJobs";
import { useFormat } from "../text/format";

/** The start of the tab's title: the page's own progress, null for none; undefined for the average of what runs. */
export function useProgressTitle(own: number | null | undefined): string {
  const format = useFormat();
  const running = (useAllJobs().data ?? []).filter((job) => job.state === "running");
  const average = running.reduce((sum, job) => sum + job.progress, 0) / running.length;
  const value = own === undefined ? (running.length ? average : null) : own;
  return value === null ? "" : `${format.percent(value)} `;
}
