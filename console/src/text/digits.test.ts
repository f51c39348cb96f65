import { expect, test } from "vitest";
import { parseNumber } from "./digits";

test.each([
  ["۱۲٫۵", 12.5],
  ["٣٤", 34],
  ["2e-4", 0.0002],
  ["۲e-۴", 0.0002],
  ["۱٬۰۰۰٬۰۰۰", 1_000_000],
  ["1,000", 1000],
  ["۱،۰۰۰", 1000],
  ["−5", -5],
  [" 7 ", 7],
  [".5", 0.5],
])("%s is a number", (typed, value) => {
  expect(parseNumber(typed)).toBe(value);
});

test.each(["", "1,5", "۱،۵", "۰،۰۰۰۲", "1 2", "abc", "1e999", "--1", "1.2.3", "e5", "۱۲م"])("%s is none", (typed) => {
  expect(parseNumber(typed)).toBeNull();
});
