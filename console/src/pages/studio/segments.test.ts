import { expect, test } from "vitest";
import { segments } from "./segments";

const timed = (...texts: string[]) => texts.map((word, i) => ({ word, start: i, end: i + 1 }));

test("signs and spaces stay between the words", () => {
  expect(segments({ text: "سلام، خوبی؟", words: timed("سلام", "خوبی") })).toEqual([
    { text: "سلام", word: 0 },
    { text: "، ", word: -1 },
    { text: "خوبی", word: 1 },
    { text: "؟", word: -1 },
  ]);
});

test("a word that comes twice is found twice", () => {
  expect(segments({ text: "نه نه", words: timed("نه", "نه") }).map(({ word }) => word)).toEqual([0, -1, 1]);
});

test("what is spoken otherwise than written is shown as it is spoken", () => {
  const shown = segments({ text: "۲ کتاب", words: timed("دو", "کتاب") });
  expect(shown.map(({ text }) => text).join("")).toBe("دو کتاب ");
});

test("without times the sentence is whole", () => {
  expect(segments({ text: "سلام.", words: [] })).toEqual([{ text: "سلام.", word: -1 }]);
});
