import { expect, test } from "vitest";
import { headline, secondsLeft, workedSeconds } from "./figures";

test("the time left follows the pace of the newest step", () => {
  const run = { state: "running", maxSteps: 100, step: 40, metrics: { step_time: 2 } } as const;
  expect(secondsLeft(run)).toBe(120);
  expect(secondsLeft({ ...run, maxSteps: null })).toBeNull();
  expect(secondsLeft({ ...run, state: "paused" })).toBeNull();
  expect(secondsLeft({ ...run, metrics: {} })).toBeNull();
});

test("an ended run has worked until its end", () => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  const startedAt = "2026-11-28T10:00:00Z";
  expect(workedSeconds({ startedAt, finishedAt: "2026-11-28T11:00:00Z" }, now)).toBe(3600);
  expect(workedSeconds({ startedAt, finishedAt: null }, now)).toBe(7200);
  expect(workedSeconds({ startedAt: null }, now)).toBeNull();
});

test("losses come before rates of errors", () => {
  expect(headline({ quality_per: 1, step_time: 1, loss: 2 })).toEqual(["loss", "quality_per"]);
});
