import { expect, test } from "vitest";
import type { AssetView, Recipe } from "../../../api/schema";
import { testRun } from "../testRun";
import { draftOf, emptyDraft, firstDraft, fitsModel, fitted, requestOf } from "./draft";

const parameter = (name: string) => ({ name, type: "int" as const, default: 1, help: "", helpFa: "" });
const recipe = (name: string, datasets: string[], baseModels: string[], ...names: string[]): Recipe => ({
  name,
  title: name,
  titleFa: name,
  datasets,
  baseModels,
  parameters: names.map(parameter),
});
const asset = (id: string, kind: "model" | "dataset", type: string, architecture?: string): AssetView => ({
  id,
  name: id,
  kind,
  type,
  size: 1,
  status: "ready",
  source: "local",
  downloadedAt: "",
  details: { architecture, speakers: [], speaks: false, transcribes: false },
});
const vits = recipe("vits", ["ljspeech"], ["coqui_vits"], "seed", "preset");
const text = recipe("masked_lm", ["text"], ["transformers:bert"], "seed", "distillation_weight");
const assets = [
  asset("local/voice", "dataset", "ljspeech"),
  asset("local/words", "dataset", "text"),
  asset("hub/bert", "model", "transformers", "bert"),
];

test("a data set of the address chooses the recipe that it fits", () => {
  const draft = firstDraft({ recipe: "vits", config: { seed: 7 } }, [vits, text], assets, "local/words");
  expect(draft).toMatchObject({ recipe: "masked_lm", datasets: ["local/words"], config: {} });
});

test("a stored draft comes back without what is gone", () => {
  const stored = { recipe: "vits", datasets: ["local/voice", "local/gone"], config: { seed: 7, old: 1 }, name: "a" };
  expect(firstDraft(stored, [vits, text], assets)).toMatchObject({
    recipe: "vits",
    datasets: ["local/voice"],
    config: { seed: 7 },
    name: "a",
  });
});

test("another recipe leaves out what does not fit it", () => {
  const draft = { ...emptyDraft("masked_lm"), datasets: ["local/words"], baseModel: "hub/bert", config: { seed: 3 } };
  expect(fitted(draft, vits, assets)).toMatchObject({ datasets: [], baseModel: null, config: { seed: 3 } });
});

test("what a run has by default is no change", () => {
  const run = testRun("a", "failed", { config: { seed: 1, preset: 5 }, datasets: ["local/voice"] });
  expect(firstDraft(draftOf(run), [vits, text], assets)).toMatchObject({
    datasets: ["local/voice"],
    name: "a",
    config: { preset: 5 },
  });
});

test("a model fits by its type, or by type and architecture", () => {
  expect(fitsModel(assets[2], text)).toBe(true);
  expect(fitsModel(assets[2], vits)).toBe(false);
  expect(fitsModel(undefined, vits)).toBe(false);
});

test("an empty name is left to the gateway", () => {
  expect(requestOf({ ...emptyDraft("vits"), name: "  " }).name).toBeNull();
});
