import { expect, test } from "vitest";
import type { ListedAsset } from "../../api/schema";
import { filterStored, isRemovable, storedOf } from "./stored";

const asset = (changes: Partial<ListedAsset>): ListedAsset => ({
  id: "a/model",
  name: "model",
  kind: "model",
  type: "bert",
  size: 10,
  status: "ready",
  source: "HuggingFace",
  downloadedAt: "2026-11-01T00:00:00Z",
  details: {},
  mine: true,
  removable: true,
  ...changes,
});
const checkpoint = (step: number) => asset({ id: `run1/${step}`, kind: "checkpoint", size: step, removable: false });
const runs = [{ id: "run1", name: "my run", bestCheckpoint: { step: 10 }, lastCheckpoint: { step: 30 } }];

test("what is used, of others, or the run's best and last checkpoint stays", () => {
  const rows = storedOf(
    [
      asset({}),
      asset({ id: "used", inUseBy: [{ kind: "training", id: "r" }] }),
      asset({ id: "theirs", mine: false, removable: false }),
      asset({ id: "held", removable: false }),
      checkpoint(10),
      checkpoint(20),
      checkpoint(30),
    ],
    null,
    runs,
  );
  expect(rows.map((row) => row.kept)).toEqual([null, "use", "owner", "held", "checkpoint", null, "checkpoint"]);
});

test("a checkpoint of a run that is not known may be its best one, and stays", () => {
  expect(storedOf([checkpoint(20)], null, []).map((row) => row.kept)).toEqual(["checkpoint"]);
});

test("a model that speaks is a voice; parts without bytes are left out", () => {
  const use = { models: 1, datasets: 0, checkpoints: 0, audio: 5, uploads: 0, temporary: 7 };
  const rows = storedOf([asset({ details: { speaks: true } })], use, []);
  expect(rows.map((row) => [row.kind, row.id])).toEqual([
    ["voice", "a/model"],
    ["cache", "audio"],
    ["cache", "temporary"],
  ]);
  expect(rows.filter(isRemovable)).toHaveLength(1);
});

test("filters and orders", () => {
  const rows = storedOf(
    [
      asset({ id: "b/old", size: 1, lastUsedAt: "2026-01-01T00:00:00Z" }),
      asset({ id: "a/new", size: 2, lastUsedAt: "2026-05-01T00:00:00Z" }),
      asset({ id: "c/never", size: 3, removable: false }),
    ],
    null,
    [],
  );
  const ids = (search: Parameters<typeof filterStored>[1]) => filterStored(rows, search).map((row) => row.id);
  expect(ids({})).toEqual(["c/never", "a/new", "b/old"]);
  expect(ids({ sort: "used" })).toEqual(["c/never", "b/old", "a/new"]);
  expect(ids({ sort: "name", removable: true })).toEqual(["a/new", "b/old"]);
  expect(ids({ q: "NEW" })).toEqual(["a/new"]);
  expect(ids({ kind: "dataset" })).toEqual([]);
});
