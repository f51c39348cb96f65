import { expect, test } from "vitest";
import { shownValues } from "./checkpointValues";

test("what a checkpoint is judged by comes first, parts of losses not at all", () => {
  const values = { loss: 1, val_loss_mel: 2, val_loss: 3, quality_silence: 4, quality_per: 5, quality_clipping: 6 };
  expect(shownValues([{ values }, { values: { quality_mcd: 7 } }])).toEqual([
    "val_loss",
    "quality_per",
    "quality_mcd",
    "loss",
  ]);
});
