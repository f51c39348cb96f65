import { expect, test } from "vitest";
import { isWarning, runHistory } from "./runEvents";
import { testRun } from "../training/testRun";

test("each run tells its start and its end, the newest first", () => {
  const events = runHistory([
    testRun("a", "completed", {
      startedAt: "2026-11-28T10:00:00Z",
      finishedAt: "2026-11-28T11:00:00Z",
      result: { kind: "training", reason: "early_stopping", steps: 5 },
    }),
    testRun("b", "failed", {
      startedAt: "2026-11-28T10:30:00Z",
      finishedAt: "2026-11-28T10:40:00Z",
      attempt: 2,
      error: { code: "DIVERGED", message: "", retryable: false },
    }),
    testRun("c", "queued"),
  ]);
  expect(events.map(({ kind, run }) => `${run.id} ${kind}`)).toEqual([
    "a earlyStop",
    "b diverged",
    "b restarted",
    "a started",
  ]);
  expect(events.filter(isWarning).map(({ kind }) => kind)).toEqual(["earlyStop", "diverged", "restarted"]);
});
