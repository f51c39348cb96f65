/** Runs as rows of a table: their figures, the filter and the order. */

import type { TrainingView } from "../../api/schema";
import { workedSeconds } from "../training/run/figures";
import type { AnalyticsSearch, Sort } from "./search";

export interface RunRow {
  run: TrainingView;
  loss: number | null;
  valLoss: number | null;
  /** The figure of the best checkpoint, and where it was. */
  best: { key: string; value: number; step: number } | null;
  throughput: number | null;
  /** Seconds from the start to the end, or to now. */
  time: number | null;
}

const BEST_BY = ["val_loss", "quality_per", "quality_cer", "val_accuracy", "loss"];

export function rowOf(run: TrainingView, now: number): RunRow {
  const { metrics, bestCheckpoint } = run;
  const key = BEST_BY.find((name) => name in (bestCheckpoint?.values ?? {}));
  const value = key === undefined ? undefined : bestCheckpoint?.values?.[key];
  return {
    run,
    loss: metrics.loss ?? metrics.train_loss ?? null,
    valLoss: metrics.val_loss ?? null,
    best: key !== undefined && value !== undefined && bestCheckpoint ? { key, value, step: bestCheckpoint.step } : null,
    throughput: run.throughput ?? null,
    time: workedSeconds(run, now),
  };
}

export function filterRows(rows: readonly RunRow[], search: AnalyticsSearch): RunRow[] {
  const words = (search.find ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  return rows.filter(({ run }) => {
    const text = [run.name, run.id, run.recipe, run.baseModel ?? "", ...run.datasets].join(" ").toLowerCase();
    return (
      (!search.state || run.state === search.state) &&
      (!search.recipe || run.recipe === search.recipe) &&
      words.every((word) => text.includes(word))
    );
  });
}

const VALUES: Record<Sort, (row: RunRow) => string | number | null> = {
  created: ({ run }) => Date.parse(run.createdAt),
  name: ({ run }) => run.name,
  state: ({ run }) => run.state,
  step: ({ run }) => run.step,
  loss: (row) => row.loss,
  valLoss: (row) => row.valLoss,
  best: (row) => row.best?.value ?? null,
  throughput: (row) => row.throughput,
  time: (row) => row.time,
};

/** In the order of a column; what has no value stands last in both directions. */
export function sortRows(
  rows: readonly RunRow[],
  sort: Sort,
  ascending: boolean,
  compare: (a: string, b: string) => number,
): RunRow[] {
  const value = VALUES[sort];
  const sign = ascending ? 1 : -1;
  return [...rows].sort((a, b) => {
    const [left, right] = [value(a), value(b)];
    if (left === null || right === null) return Number(left === null) - Number(right === null);
    const order =
      typeof left === "number" && typeof right === "number" ? left - right : compare(String(left), String(right));
    return sign * order;
  });
}
