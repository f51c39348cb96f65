import { expect, test } from "vitest";
import type { CatalogItem } from "../../api/schema";
import { filterCatalog } from "./filterCatalog";

const voice: CatalogItem = {
  id: "Kamtera/voice",
  repoId: "Kamtera/voice",
  kind: "tts",
  name: { fa: "صدای تک‌گویندهٔ فارسی", en: "Persian voice" },
  tags: ["vits"],
};
const model: CatalogItem = {
  id: "a/bert",
  repoId: "a/bert",
  kind: "llm",
  name: { fa: "برت", en: "BERT" },
  installed: true,
};

test("every word must be found, in either language, however it is typed", () => {
  expect(filterCatalog([voice, model], { q: "VITS persian" })).toEqual([voice]);
  expect(filterCatalog([voice, model], { q: "صداي تکگوینده" })).toEqual([voice]);
  expect(filterCatalog([voice, model], { q: "persian bert" })).toEqual([]);
});

test("by kind, and what is installed first", () => {
  expect(filterCatalog([voice, model], {})).toEqual([model, voice]);
  expect(filterCatalog([voice, model], { kind: "tts" })).toEqual([voice]);
  expect(filterCatalog([voice, model], { installed: true })).toEqual([model]);
});
