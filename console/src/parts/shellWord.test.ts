import { expect, test } from "vitest";
import { shellWord } from "./shellWord";

test("a quotation mark does not end the word, and what needs no quotation has none", () => {
  expect(shellWord("it's")).toBe(`'it'\\''s'`);
  expect(shellWord("صدای من")).toBe("'صدای من'");
  expect(shellWord("local/my-voice")).toBe("local/my-voice");
  expect(shellWord("")).toBe("''");
});
