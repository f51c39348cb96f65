import { expect, test } from "vitest";
import { wrongPlaces } from "./wrongPlace";

test.each([
  ["Line 2 of metadata.csv is not “id|text”.", "metadata.csv", 2],
  ["Line 1,204 of my file.jsonl cannot be read: it is not JSON.", "my file.jsonl", 1204],
  ["wavs/u1.wav is not readable audio.", "wavs/u1.wav", null],
])("%s", (message, file, line) => {
  expect(wrongPlaces({ message })).toEqual([{ file, line }]);
});

test("the hint names the line of a wrong recording", () => {
  const hint = "Line 4 of metadata.csv names it. Save it as WAV, FLAC, MP3, Ogg or M4A.";
  expect(wrongPlaces({ message: "wavs/u3.wav is not readable audio.", hint })).toEqual([
    { file: "wavs/u3.wav", line: null },
    { file: "metadata.csv", line: 4 },
  ]);
  expect(wrongPlaces({ message: "The file is neither a zip nor a tar archive." })).toEqual([]);
});
