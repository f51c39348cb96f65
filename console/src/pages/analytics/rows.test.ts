import { expect, test } from "vitest";
import { filterRows, rowOf, sortRows } from "./rows";
import { testRun } from "../training/testRun";

const now = Date.parse("2026-11-28T12:00:00Z");
const good = rowOf(
  testRun("good", "completed", {
    metrics: { loss: 3, val_loss: 4 },
    bestCheckpoint: { step: 40, values: { val_loss: 2, loss: 9 } },
    startedAt: "2026-11-28T10:00:00Z",
    finishedAt: "2026-11-28T10:30:00Z",
    datasets: ["local/my-voice"],
  }),
  now,
);
const early = rowOf(testRun("early", "queued", { recipe: "masked_lm" }), now);
const bad = rowOf(testRun("bad", "failed", { bestCheckpoint: { step: 20, values: { val_loss: 5 } } }), now);
const names = (rows: { run: { name: string } }[]) => rows.map(({ run }) => run.name);

test("the best is the checkpoint's figure, with its step", () => {
  expect(good).toMatchObject({ loss: 3, valLoss: 4, best: { key: "val_loss", value: 2, step: 40 }, time: 1800 });
  expect(early).toMatchObject({ loss: null, best: null, time: null });
});

test("rows without a value stand last, up and down", () => {
  const compare = (a: string, b: string) => a.localeCompare(b);
  expect(names(sortRows([early, bad, good], "best", true, compare))).toEqual(["good", "bad", "early"]);
  expect(names(sortRows([early, bad, good], "best", false, compare))).toEqual(["bad", "good", "early"]);
  expect(names(sortRows([good, early, bad], "name", true, compare))).toEqual(["bad", "early", "good"]);
});

test("filters hold together", () => {
  expect(names(filterRows([good, early, bad], { find: "MY-voice" }))).toEqual(["good"]);
  expect(names(filterRows([good, early, bad], { recipe: "vits", state: "failed" }))).toEqual(["bad"]);
  expect(names(filterRows([good, early, bad], {}))).toHaveLength(3);
});
