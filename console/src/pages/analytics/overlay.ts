/** The points of several runs over one axis. */

import type { ComparedRun, TrainingView } from "../../api/schema";

export interface Overlay {
  steps: number[];
  /** For each run its values at these steps, null where it has none. */
  values: (number | null)[][];
}

type Points = Pick<ComparedRun, "points">;
type Known = Pick<TrainingView, "id" | "state" | "revision">;

/** One metric of several runs. */
export function overlay(runs: readonly Points[], key: string): Overlay {
  const columns = runs.map(({ points }) => {
    const column = new Map<number, number>();
    for (const point of points) {
      const value = point[key];
      if (typeof value === "number") column.set(Number(point.step), value);
    }
    return column;
  });
  const steps = [...new Set(columns.flatMap((column) => [...column.keys()]))].sort((a, b) => a - b);
  return { steps, values: columns.map((column) => steps.map((step) => column.get(step) ?? null)) };
}

const USUAL = ["loss", "val_loss", "val_accuracy", "quality_per", "quality_cer", "learning_rate"];

/** The metrics that are shown first: those by which runs are judged. */
export function usualKeys(keys: readonly string[]): string[] {
  return USUAL.filter((key) => keys.includes(key));
}

/** Names for the lines: with the beginning of the id where two runs have one name. */
export function runLabels(runs: readonly Pick<ComparedRun, "id" | "name">[]): string[] {
  return runs.map(({ id, name }) =>
    runs.filter((other) => other.name === name).length > 1 ? `${name} (${id.slice(0, 8)})` : name,
  );
}

/** Changes when one of the compared runs stands still: its last points come with that, after the last regular look. */
export function comparedVersion(known: readonly Known[], runs: readonly string[]): string {
  const versions = known
    .filter(({ id }) => runs.includes(id))
    .map(({ id, state, revision }) => `${id} ${state === "running" ? state : revision}`);
  return versions.sort().join();
}
