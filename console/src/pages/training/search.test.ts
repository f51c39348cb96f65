import { expect, test } from "vitest";
import { curveSearch, newTrainingSearch, runSearch, searchOf, trainingSearch } from "./search";

test("only known states filter", () => {
  expect(trainingSearch({ state: "failed" })).toEqual({ state: "failed" });
  expect(trainingSearch({ state: "lost" })).toEqual({});
});

test("a range needs both ends in order, smoothing stays below 1", () => {
  expect(curveSearch({ from: 5, to: 20, smooth: 4, log: true })).toEqual({ from: 5, to: 20, smooth: 0.99, log: true });
  expect(curveSearch({ from: 20, to: 5, smooth: "0.5", log: "yes" })).toEqual({});
});

test("a range is in whole steps in the address", () => {
  expect(searchOf({ from: 12.3, to: 35.1 })).toEqual({ from: 12, to: 36 });
  expect(searchOf(null)).toEqual({ from: undefined, to: undefined });
});

test("the usual level is not in the address", () => {
  expect(runSearch({ level: "info", find: "" })).toEqual({});
  expect(runSearch({ level: "error", find: "nan" })).toEqual({ level: "error", find: "nan" });
});

test("a data set is preselected by its id", () => {
  expect(newTrainingSearch({ dataset: "local/my-voice" })).toEqual({ dataset: "local/my-voice" });
  expect(newTrainingSearch({ dataset: 3 })).toEqual({});
});
