/** What earlier runs say about the time and memory of a new one. */

import type { AssetView, TrainingView } from "../../../api/schema";
import type { ConfigValue } from "./draft";

export interface Estimate {
  /** The run that it is taken from. */
  run: TrainingView;
  /** Seconds for all steps, without evaluations; null where the number of steps is not bounded. */
  seconds: number | null;
  /** Steps that are one pass over the data; null where the data's size is unknown. */
  stepsPerEpoch: number | null;
  memoryMb: number | null;
  gpuMemoryMb: number | null;
  /** The batch of that run differs, so memory will too. */
  otherBatch: number | null;
}

export interface Plan {
  recipe: string;
  baseModel: string | null;
  /** Complete: the recipe's defaults with what was changed. */
  config: Record<string, ConfigValue | undefined>;
  datasets: readonly AssetView[];
}

/** From the newest run of the same recipe, preset, device and kind of start; null where there is none. */
export function estimate(plan: Plan, runs: readonly TrainingView[]): Estimate | null {
  const run = runs.find(
    (old) =>
      old.recipe === plan.recipe &&
      old.step > 0 &&
      old.throughput != null &&
      old.throughput > 0 &&
      Boolean(old.baseModel) === Boolean(plan.baseModel) &&
      old.config.preset === plan.config.preset &&
      old.config.device === plan.config.device &&
      old.config.precision === plan.config.precision,
  );
  if (!run?.throughput) return null;
  const perStep = number(plan.config.batch_size) * number(plan.config.gradient_accumulation ?? 1);
  const items = plan.datasets.reduce<number | null>(
    (sum, { details }) => (sum === null || details.items == null ? null : sum + details.items),
    plan.datasets.length ? 0 : null,
  );
  const stepsPerEpoch = items !== null && perStep > 0 ? Math.max(1, Math.ceil(items / perStep)) : null;
  const bounds = [
    number(plan.config.max_steps) || null,
    stepsPerEpoch !== null && number(plan.config.epochs) > 0 ? number(plan.config.epochs) * stepsPerEpoch : null,
  ].filter((steps) => steps !== null);
  const steps = bounds.length ? Math.min(...bounds) : null;
  return {
    run,
    seconds: steps !== null && perStep > 0 ? (steps * perStep) / run.throughput : null,
    stepsPerEpoch,
    memoryMb: run.metrics.memory_mb ?? null,
    gpuMemoryMb: run.metrics.gpu_memory_mb ?? null,
    otherBatch: run.config.batch_size !== plan.config.batch_size ? number(run.config.batch_size) : null,
  };
}

function number(value: ConfigValue | undefined): number {
  return typeof value === "number" ? value : 0;
}
