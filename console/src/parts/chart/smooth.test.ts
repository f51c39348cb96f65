import { expect, test } from "vitest";
import { smooth } from "./smooth";

test("a constant stays what it is, from the first value on", () => {
  expect(smooth([2, 2, 2], 0.9).map((v) => v?.toFixed(6))).toEqual(["2.000000", "2.000000", "2.000000"]);
});

test("missing values stay missing and do not pull the average", () => {
  expect(smooth([1, null, 1], 0.5)).toEqual([1, null, 1]);
});

test("no weight, no change", () => {
  expect(smooth([1, 5, null], 0)).toEqual([1, 5, null]);
});
