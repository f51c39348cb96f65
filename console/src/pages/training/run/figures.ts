import type { TrainingView } from "../../../api/schema";

const HEADLINE = ["loss", "train_loss", "val_loss", "val_accuracy", "accuracy", "quality_per", "quality_cer"];

/** The values that say at a glance how a run does, in a fixed order. */
export function headline(metrics: Record<string, number>): string[] {
  return HEADLINE.filter((key) => key in metrics);
}

/** Seconds until the last step at the newest step's pace; null where the end or the pace is unknown. */
export function secondsLeft(run: Pick<TrainingView, "state" | "maxSteps" | "step" | "metrics">): number | null {
  const pace = run.metrics.step_time;
  if (run.state !== "running" || !run.maxSteps || run.step === 0 || pace === undefined) return null;
  return Math.max(0, run.maxSteps - run.step) * pace;
}

/** Seconds from the start to the end, or to now. */
export function workedSeconds(run: Pick<TrainingView, "startedAt" | "finishedAt">, now: number): number | null {
  if (!run.startedAt) return null;
  const end = run.finishedAt ? Date.parse(run.finishedAt) : now;
  return Math.max(0, (end - Date.parse(run.startedAt)) / 1000);
}
