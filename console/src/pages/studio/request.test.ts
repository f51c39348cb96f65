import { expect, test } from "vitest";
import type { SpeechForm } from "./request";
import { cliCommand, curlCommand, pythonProgram, speechRequest } from "./request";

const form: SpeechForm = { text: "it's «سلام»", voice: "local/x", speaker: null, speed: 1, seed: null, format: "mp3" };

test("what has its default is left out", () => {
  expect(speechRequest(form)).toEqual({ model: "sokhan", input: form.text, voice: "local/x", response_format: "mp3" });
  expect(speechRequest({ ...form, speed: 1.2, seed: 0, speaker: "زن" })).toMatchObject({
    speed: 1.2,
    seed: 0,
    speaker: "زن",
  });
});

test("a quotation mark does not end the word of a shell", () => {
  expect(curlCommand(form, "http://x", false)).toContain(`"input":"it'\\''s «سلام»"`);
  expect(cliCommand(form)).toBe(`sokhan say 'it'\\''s «سلام»' --voice local/x -o speech.mp3`);
});

test("a program names its key only where there are keys", () => {
  expect(curlCommand(form, "http://x", true)).toContain("$SOKHAN_KEY");
  expect(pythonProgram(form, "http://x", false)).not.toContain("os.environ");
  expect(pythonProgram({ ...form, seed: 3 }, "http://x", true)).toContain('extra_body={"seed":3}');
});
