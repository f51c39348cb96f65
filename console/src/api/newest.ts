/** Answers and live events overtake each other: of two states of a job the one with the higher revision is shown. */

import { replaceEqualDeep } from "@tanstack/react-query";
import type { AnyJob, JobList } from "./jobs";

type Revised = Pick<AnyJob, "id" | "revision">;

export function newest<T extends Revised>(old: T | undefined, read: T): T {
  return old?.id === read.id && old.revision > read.revision ? old : replaceEqualDeep(old, read);
}

/** The pages as they were read, with newer states that came meanwhile. A job that moved to another page is listed once. */
export function newestPages(old: JobList | undefined, read: JobList): JobList {
  const known = new Map(old?.pages.flatMap((page) => page.data).map((job) => [job.id, job]));
  const listed = new Set<string>();
  const pages = read.pages.map((page) => {
    const fresh = page.data.filter(({ id }) => !listed.has(id) && listed.add(id));
    return { ...page, data: fresh.map((job) => newest(known.get(job.id), job)) };
  });
  return replaceEqualDeep(old, { ...read, pages });
}
