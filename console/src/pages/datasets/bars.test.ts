import { expect, test } from "vitest";
import { barsOf } from "./bars";

test("heights are of the highest bar", () => {
  expect(barsOf({ edges: [0, 1, 2, 9], counts: [2, 0, 4] })).toEqual([
    { from: 0, to: 1, count: 2, height: 0.5 },
    { from: 1, to: 2, count: 0, height: 0 },
    { from: 2, to: 9, count: 4, height: 1 },
  ]);
});

test("an empty or torn histogram has no bars", () => {
  expect(barsOf({})).toEqual([]);
  expect(barsOf({ edges: [0, 1], counts: [0] })).toEqual([]);
  expect(barsOf({ edges: [0, 1], counts: [1, 2] })).toEqual([]);
});
