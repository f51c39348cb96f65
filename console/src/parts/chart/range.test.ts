import { expect, test } from "vitest";
import { moveRange } from "./range";

const steps = [0, 50, 100];

test("plus shows the middle half, minus all again", () => {
  const zoomed = moveRange("+", null, steps);
  expect(zoomed).toEqual({ from: 25, to: 75 });
  expect(moveRange("-", zoomed ?? null, steps)).toBeNull();
});

test("arrows move and stop at the ends", () => {
  expect(moveRange("ArrowRight", { from: 60, to: 80 }, steps)).toEqual({ from: 65, to: 85 });
  expect(moveRange("ArrowRight", { from: 79, to: 99 }, steps)).toEqual({ from: 80, to: 100 });
  expect(moveRange("ArrowLeft", { from: 1, to: 21 }, steps)).toEqual({ from: 0, to: 20 });
});

test("other keys, and a chart without steps, mean nothing", () => {
  expect(moveRange("Tab", null, steps)).toBeUndefined();
  expect(moveRange("Escape", null, steps)).toBeUndefined();
  expect(moveRange("+", null, [])).toBeUndefined();
});
