import { expect, test } from "vitest";
import type { EntryForm } from "./newEntry";
import { isCommit, kindOf, newEntry } from "./newEntry";

const form: EntryForm = { repoId: "", id: "", type: "model", kind: "tts", nameFa: "", nameEn: "", include: "" };

test("an address of the Hub is a repository too", () => {
  expect(newEntry({ ...form, repoId: " https://huggingface.co/facebook/mms-tts-fas " })).toMatchObject({
    body: { repoId: "facebook/mms-tts-fas", id: null, include: [] },
  });
  expect(newEntry({ ...form, repoId: "facebook/ mms" })).toEqual({ wrong: "repoId" });
});

test("a part of a repository needs an id of its own", () => {
  const part = { ...form, repoId: "rhasspy/piper-voices", include: "fa/*، *.json" };
  expect(newEntry(part)).toEqual({ wrong: "id" });
  expect(newEntry({ ...part, id: "rhasspy/piper-fa" })).toMatchObject({ body: { include: ["fa/*", "*.json"] } });
});

test("a commit has 40 hexadecimal digits", () => {
  expect(isCommit("ab70eef6e842ad0492487281764d477763ada68d")).toBe(true);
  expect(isCommit("main")).toBe(false);
});

test("the tags say what a model is", () => {
  expect(kindOf("model", ["pytorch", "text-generation"])).toBe("llm");
  expect(kindOf("model", ["vits", "fa"])).toBe("tts");
  expect(kindOf("dataset", ["text-generation"])).toBe("dataset");
});
