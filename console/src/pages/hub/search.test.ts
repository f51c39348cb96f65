import { expect, test } from "vitest";
import { hubSearch } from "./search";

test("what is known stays, the rest is left out", () => {
  expect(hubSearch({ tab: "hub", q: "tts", kind: "songs", sort: "likes", installed: "yes", other: 1 })).toEqual({
    tab: "hub",
    q: "tts",
    sort: "likes",
  });
  expect(hubSearch({ id: "facebook/mms-tts-fas", type: "model" })).toEqual({
    id: "facebook/mms-tts-fas",
    type: "model",
  });
});

test("a search for a number is a text", () => {
  expect(hubSearch({ q: 13 })).toEqual({ q: "13" });
});
