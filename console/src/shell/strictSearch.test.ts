import { expect, test } from "vitest";
import { analyticsSearch } from "../pages/analytics/search";
import { studioSearch } from "../pages/studio/search";
import { strictSearch } from "./strictSearch";

test("what the reader has refused is not there any more", () => {
  const address = { tab: "nonsense", voice: 5, more: "x" };
  expect({ ...address, ...strictSearch(studioSearch)(address) }).toEqual({});
});

test("a list that is a text in the address is no list of characters", () => {
  const address = { runs: "a,b" };
  expect({ ...address, ...strictSearch(analyticsSearch)(address) }.runs).toBeUndefined();
});

test("what it has read stays", () => {
  expect(strictSearch(studioSearch)({ tab: "long" })).toEqual({ tab: "long" });
});
