import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { settingsQuery } from "../api/settings";
import { useAllJobs } from "../api/useAllJobs";
import type { JobState } from "../api/schema";
import { jobName } from "../parts/jobName";
import { tellDone, tellError, tellWarning } from "../parts/toast";
import { useText } from "../text";

/** A message when a job that was running ends, on whatever page the person is now. */
export function JobNotices() {
  const text = useText();
  const jobs = useAllJobs().data;
  const { completed = true, failed = true } = useQuery(settingsQuery).data?.notifications ?? {};
  const before = useRef(new Map<string, JobState>());
  useEffect(() => {
    for (const job of jobs ?? []) {
      const moved = before.current.get(job.id);
      if (completed && moved === "running" && job.state === "completed") {
        tellDone(text, text.shell.finished.completed(jobName(job)));
      } else if (failed && moved && moved !== "failed" && job.state === "failed") {
        const title = text.shell.finished.failed(jobName(job));
        if (job.error) tellError(text, job.error, title);
        else tellWarning(text, title);
      }
      before.current.set(job.id, job.state);
    }
  }, [jobs, text, completed, failed]);
  return null;
}
