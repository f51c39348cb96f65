import type { ComparedRun } from "../../api/schema";

type Compared = Pick<ComparedRun, "id" | "points">;

/** One row for each run and step, one column for each metric. */
export function comparisonCsv(
  runs: readonly Compared[],
  labels: readonly string[],
  keys: readonly string[],
): (string | number | null)[][] {
  return [
    ["run", "id", "step", ...keys],
    ...runs.flatMap(({ id, points }, i) =>
      points
        .filter((point) => keys.some((key) => key in point))
        .map((point) => [labels[i] ?? "", id, point.step ?? null, ...keys.map((key) => point[key] ?? null)]),
    ),
  ];
}
