/** What has happened to runs, from what is known of each: newest first. */

import type { TrainingView } from "../../api/schema";

export type RunEventKind =
  "started" | "restarted" | "completed" | "stopped" | "earlyStop" | "failed" | "diverged" | "cancelled";

export interface RunEvent {
  kind: RunEventKind;
  time: string;
  run: TrainingView;
}

const WARNINGS: readonly RunEventKind[] = ["restarted", "earlyStop", "failed", "diverged"];
export const isWarning = ({ kind }: Pick<RunEvent, "kind">): boolean => WARNINGS.includes(kind);

export function runHistory(runs: readonly TrainingView[]): RunEvent[] {
  return runs.flatMap(eventsOf).sort((a, b) => b.time.localeCompare(a.time));
}

function eventsOf(run: TrainingView): RunEvent[] {
  const events: RunEvent[] = [];
  if (run.startedAt) events.push({ kind: run.attempt > 1 ? "restarted" : "started", time: run.startedAt, run });
  const end = endOf(run);
  if (end) events.push({ kind: end, time: run.finishedAt ?? run.updatedAt, run });
  return events;
}

function endOf(run: TrainingView): RunEventKind | null {
  switch (run.state) {
    case "completed":
      if (run.result?.reason === "early_stopping") return "earlyStop";
      return run.result?.reason === "stopped" ? "stopped" : "completed";
    case "failed":
      return run.error?.code === "DIVERGED" ? "diverged" : "failed";
    case "cancelled":
      return "cancelled";
    default:
      return null;
  }
}
