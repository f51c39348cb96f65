import { isActive } from "../../api/jobs";
import type { TrainingView } from "../../api/schema";
import { workedSeconds } from "../training/run/figures";

export interface Figures {
  runs: number;
  active: number;
  completed: number;
  failed: number;
  diverged: number;
  earlyStops: number;
  steps: number;
  /** Of all runs together, waits of paused ones included. */
  seconds: number;
}

/** The figures of the cards above the table. */
export function figuresOf(runs: readonly TrainingView[], now: number): Figures {
  const count = (chosen: (run: TrainingView) => boolean) => runs.filter(chosen).length;
  return {
    runs: runs.length,
    active: count(isActive),
    completed: count((run) => run.state === "completed"),
    failed: count((run) => run.state === "failed"),
    diverged: count((run) => run.error?.code === "DIVERGED"),
    earlyStops: count((run) => run.result?.reason === "early_stopping"),
    steps: runs.reduce((sum, run) => sum + run.step, 0),
    seconds: runs.reduce((sum, run) => sum + (workedSeconds(run, now) ?? 0), 0),
  };
}
