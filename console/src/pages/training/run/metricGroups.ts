/** Which metrics of a run share a chart. */

export interface MetricGroup {
  /** Also the name of the chart in the texts, where they have one. */
  id: string;
  keys: string[];
}

const SHARED: Record<string, string> = {
  train_loss: "loss",
  loss_gen: "adversarial",
  loss_disc: "adversarial",
  loss_feat: "adversarial",
  cpu_percent: "load",
  gpu_percent: "load",
  memory_mb: "memory",
  gpu_memory_mb: "memory",
};
/** First what a person judges a run by, last what the machine does. */
const LAST = ["learning_rate", "grad_norm", "step_time", "samples_per_second", "load", "memory"];

/** Whether a metric says how good a run is, so that one value is the best. */
export function isJudged(key: string): boolean {
  return !LAST.includes(SHARED[key] ?? key);
}

/** Groups of metric keys in the order of their charts: a value and its validation stand together. */
export function metricGroups(keys: readonly string[]): MetricGroup[] {
  const groups = new Map<string, string[]>();
  // Live points have their epoch too, stored columns have none.
  for (const key of keys.filter((name) => name !== "epoch").sort(byName)) {
    const plain = key.replace(/^val_/, "");
    const id = SHARED[key] ?? SHARED[plain] ?? plain;
    groups.set(id, [...(groups.get(id) ?? []), key]);
  }
  return [...groups].map(([id, members]) => ({ id, keys: members })).sort((a, b) => rank(a.id) - rank(b.id));
}

/** Training before validation, else by name. */
function byName(a: string, b: string): number {
  return Number(a.startsWith("val_")) - Number(b.startsWith("val_")) || a.localeCompare(b);
}

function rank(id: string): number {
  if (id === "loss") return 0;
  if (id.startsWith("loss")) return 1;
  if (id === "adversarial") return 2;
  if (id.startsWith("quality_")) return 4;
  return LAST.includes(id) ? 5 + LAST.indexOf(id) : 3;
}

/** Whether a logarithmic axis can show these values. */
export function allPositive(values: readonly (readonly (number | null)[])[]): boolean {
  return values.every((column) => column.every((value) => value === null || value > 0));
}
