import { expect, test } from "vitest";
import { isDatasetName, nameFor } from "./names";

test.each([
  ["my voice (1).zip", "my-voice-1"],
  ["corpus.tar.gz", "corpus"],
  ["train.jsonl.gz", "train"],
  ["v1.2.zip", "v1.2"],
  ["صدای من.zip", "dataset"],
  ["..zip", "dataset"],
])("%s becomes %s", (file, name) => {
  expect(nameFor(file)).toBe(name);
  expect(isDatasetName(name)).toBe(true);
});
