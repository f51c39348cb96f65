import { expect, test } from "vitest";
import type { VoiceCard } from "../../api/schema";
import { chosenVoice } from "./chosenVoice";

const voices = [
  { id: "espeak-fa", engine: "espeak", aliases: ["alloy"] },
  { id: "local/amir", engine: "piper", aliases: ["amir"] },
  { id: "local/mina", engine: "vits" },
] as unknown as VoiceCard[];

test.each([
  [undefined, undefined, "local/amir"],
  ["espeak-fa", "local/mina", "espeak-fa"],
  ["amir", undefined, "local/amir"],
  ["gone", "local/mina", "local/mina"],
  ["gone", "gone too", "local/amir"],
])("asked %s, by default %s: %s", (asked, byDefault, id) => {
  expect(chosenVoice(voices, asked, byDefault)?.id).toBe(id);
});

test("without voices there is none", () => {
  expect(chosenVoice([])).toBeUndefined();
});
