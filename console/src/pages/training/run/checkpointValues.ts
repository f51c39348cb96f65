import type { CheckpointView } from "../../../api/schema";

const FIRST = ["val_loss", "val_accuracy", "quality_per", "quality_cer", "quality_mcd", "loss"];
const SHOWN = 4;

/** The few values of checkpoints that tell them apart best: what they are judged by, then what else there is. */
export function shownValues(checkpoints: readonly Pick<CheckpointView, "values">[]): string[] {
  const keys = new Set(checkpoints.flatMap((checkpoint) => Object.keys(checkpoint.values)));
  const known = FIRST.filter((key) => keys.has(key));
  const others = [...keys].filter((key) => !FIRST.includes(key) && !/^(val_)?loss_/.test(key)).sort();
  return [...known, ...others].slice(0, SHOWN);
}
