import { expect, test } from "vitest";
import { heardAt } from "./lit";

const words = [
  { word: "سلام", start: 0.1, end: 0.4 },
  { word: "دنیا", start: 0.5, end: 0.9 },
];
const sentences = [
  { sentence: 0, text: "سلام دنیا.", start: 0, end: 1, words },
  { sentence: 1, text: "خوبی؟", start: 1.2, end: 2, words: [] },
];

test.each([
  [0, { sentence: 0, word: -1 }],
  [0.45, { sentence: 0, word: 0 }],
  [0.95, { sentence: 0, word: 1 }],
  [1.5, { sentence: 1, word: -1 }],
])("at %s s", (second, heard) => {
  expect(heardAt(sentences, second)).toEqual(heard);
});

test("before anything is spoken nothing is lit", () => {
  expect(heardAt([], 1)).toBeNull();
});
