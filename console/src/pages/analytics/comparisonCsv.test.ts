import { expect, test } from "vitest";
import type { ComparedRun } from "../../api/schema";
import { comparisonCsv } from "./comparisonCsv";

test("each point that has one of the metrics is a row", () => {
  const runs: Pick<ComparedRun, "id" | "points">[] = [
    {
      id: "a1",
      points: [
        { step: 1, loss: 3 },
        { step: 2, grad_norm: 8 },
        { step: 3, loss: 2, val_loss: 4 },
      ],
    },
    { id: "b2", points: [{ step: 1, loss: 5 }] },
  ];
  expect(comparisonCsv(runs, ["first", "second"], ["loss", "val_loss"])).toEqual([
    ["run", "id", "step", "loss", "val_loss"],
    ["first", "a1", 1, 3, null],
    ["first", "a1", 3, 2, 4],
    ["second", "b2", 1, 5, null],
  ]);
});
