import { expect, test } from "vitest";
import { analyticsSearch } from "./search";

test("at most eight different runs are compared", () => {
  const runs = ["a", "a", "b", "c", "d", "e", "f", "g", "h", "i", 3, ""];
  expect(analyticsSearch({ runs }).runs).toEqual(["a", "b", "c", "d", "e", "f", "g", "h"]);
});

test("what is unknown or usual is not in the address", () => {
  expect(analyticsSearch({ sort: "created", state: "lost", recipe: "", keys: "loss", ascending: "yes" })).toEqual({});
  expect(analyticsSearch({ sort: "best", ascending: true, state: "failed", smooth: 0.5 })).toEqual({
    sort: "best",
    ascending: true,
    state: "failed",
    smooth: 0.5,
  });
});
