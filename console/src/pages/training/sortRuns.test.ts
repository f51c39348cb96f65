import { expect, test } from "vitest";
import { actionsOf } from "./runActions";
import { sortRuns } from "./sortRuns";
import { testRun as run } from "./testRun";

test("the queue stands in the order in which it will run", () => {
  const { active, ended } = sortRuns([
    run("second", "queued", { queuePosition: 2 }),
    run("paused", "paused"),
    run("first", "queued", { queuePosition: 1 }),
    run("running", "running"),
    run("old", "completed", { finishedAt: "2026-11-01T10:00:00Z" }),
    run("new", "failed", { finishedAt: "2026-11-20T10:00:00Z" }),
  ]);
  expect(active.map(({ id }) => id)).toEqual(["running", "first", "second", "paused"]);
  expect(ended.map(({ id }) => id)).toEqual(["new", "old"]);
});

test("a failed run goes on only where it has a checkpoint", () => {
  expect(actionsOf(run("a", "failed"))).toEqual(["again", "remove"]);
  expect(actionsOf(run("a", "failed", { lastCheckpoint: { step: 20, values: {} } }))).toEqual([
    "restart",
    "again",
    "remove",
  ]);
});

test("a run that is being paused can only be cancelled", () => {
  expect(actionsOf(run("a", "running"))).toEqual(["pause", "stop", "cancel"]);
  expect(actionsOf(run("a", "running", { control: "pause" }))).toEqual(["cancel"]);
  expect(actionsOf(run("a", "running", { control: "cancel" }))).toEqual([]);
});
