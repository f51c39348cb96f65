import { expect, test } from "vitest";
import { comparedVersion, overlay, runLabels, usualKeys } from "./overlay";

test("runs with other steps share one axis", () => {
  const first = {
    points: [
      { step: 10, loss: 3 },
      { step: 20, loss: 2, val_loss: 5 },
    ],
  };
  const second = {
    points: [
      { step: 15, loss: 4 },
      { step: 20, loss: 1 },
    ],
  };
  expect(overlay([first, second], "loss")).toEqual({
    steps: [10, 15, 20],
    values: [
      [3, null, 2],
      [null, 4, 1],
    ],
  });
  expect(overlay([first, second], "val_loss")).toEqual({ steps: [20], values: [[5], [null]] });
});

test("runs of one name are told apart", () => {
  const runs = [
    { id: "aaaaaaaa11", name: "voice" },
    { id: "bbbbbbbb22", name: "voice" },
    { id: "cccccccc33", name: "other" },
  ];
  expect(runLabels(runs)).toEqual(["voice (aaaaaaaa)", "voice (bbbbbbbb)", "other"]);
});

test("what runs are judged by is shown first", () => {
  expect(usualKeys(["cpu_percent", "val_loss", "loss"])).toEqual(["loss", "val_loss"]);
});

test("a comparison is asked for again when a run ends, not at each of its steps", () => {
  const at = (state: "running" | "completed", revision: number) =>
    comparedVersion(
      [
        { id: "a", state, revision },
        { id: "other", state: "completed", revision },
      ],
      ["a", "b"],
    );
  expect(at("running", 5)).toBe(at("running", 6));
  expect(at("completed", 7)).not.toBe(at("running", 6));
  expect(at("completed", 8)).not.toBe(at("completed", 7));
});
