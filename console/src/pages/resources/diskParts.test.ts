import { expect, test } from "vitest";
import { diskParts } from "./diskParts";

const none = { models: 0, datasets: 0, checkpoints: 0, audio: 0, uploads: 0, temporary: 0 };

test("what Sokhan has, and the rest of what is full", () => {
  expect(diskParts({ total: 100, free: 40, used: { ...none, models: 20, audio: 5 } })).toEqual([
    { name: "models", bytes: 20, percent: 20 },
    { name: "audio", bytes: 5, percent: 5 },
    { name: "others", bytes: 35, percent: 35 },
  ]);
});

test("before the count, all that is full is others'", () => {
  expect(diskParts({ total: 100, free: 40, used: null })).toEqual([{ name: "others", bytes: 60, percent: 60 }]);
});

test("sparse files can sum to more than the disk has", () => {
  expect(diskParts({ total: 100, free: 90, used: { ...none, models: 20 } })).toEqual([
    { name: "models", bytes: 20, percent: 20 },
  ]);
});
