import { expect, test } from "vitest";
import { figuresOf } from "./figures";
import { testRun } from "../training/testRun";

test("runs are counted by how they ended, their steps and times added", () => {
  const times = { startedAt: "2026-11-28T10:00:00Z", finishedAt: "2026-11-28T10:01:00Z" };
  const runs = [
    testRun("a", "completed", { step: 60, ...times }),
    testRun("b", "failed", { step: 10, ...times, error: { code: "DIVERGED", message: "", retryable: false } }),
    testRun("c", "paused", { step: 5 }),
  ];
  expect(figuresOf(runs, Date.parse("2026-11-28T12:00:00Z"))).toEqual({
    runs: 3,
    active: 1,
    completed: 1,
    failed: 1,
    diverged: 1,
    earlyStops: 0,
    steps: 75,
    seconds: 120,
  });
});
