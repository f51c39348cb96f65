import { expect, test } from "vitest";
import { shuffled, tally } from "./blindTest";

test("chance decides which is A", () => {
  expect(shuffled("x", "y", 0.2)).toEqual({ A: "x", B: "y" });
  expect(shuffled("x", "y", 0.7)).toEqual({ A: "y", B: "x" });
});

test("ties count for none", () => {
  expect(tally([{ winner: "x" }, { winner: null }, { winner: "x" }, { winner: "y" }])).toEqual({ x: 2, y: 1 });
});
