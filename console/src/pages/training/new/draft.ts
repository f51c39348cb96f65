/** A training that is being prepared. It survives a reload in this browser. */

import type { AssetView, Recipe, StartTrainingRequest, TrainingView } from "../../../api/schema";

export type ConfigValue = boolean | number | string | null;

export interface Draft {
  recipe: string;
  datasets: string[];
  baseModel: string | null;
  teacherModel: string | null;
  asrModel: string | null;
  name: string;
  /** Only what differs from the recipe's defaults. */
  config: Record<string, ConfigValue>;
}

const KEY = "sokhan.training-draft";

export const emptyDraft = (recipe: string): Draft => ({
  recipe,
  datasets: [],
  baseModel: null,
  teacherModel: null,
  asrModel: null,
  name: "",
  config: {},
});

export function storedDraft(): Partial<Draft> {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(KEY) ?? "{}");
    return typeof stored === "object" && stored !== null ? stored : {};
  } catch {
    return {};
  }
}

export function storeDraft(draft: Draft | null): void {
  try {
    if (draft) localStorage.setItem(KEY, JSON.stringify(draft));
    else localStorage.removeItem(KEY);
  } catch {
    // Private windows of some browsers have no storage: the form works without.
  }
}

/** The stored draft, as far as what it names still exists; a data set from the address comes first. */
export function firstDraft(
  stored: Partial<Draft>,
  recipes: readonly Recipe[],
  assets: readonly AssetView[],
  dataset?: string,
): Draft {
  const known = recipes.find(({ name }) => name === stored.recipe) ?? recipes[0];
  const wanted = assets.find(({ id, kind }) => id === dataset && kind === "dataset");
  const fitting = wanted && recipes.find((recipe) => recipe.datasets.includes(wanted.type));
  const recipe = wanted && !known?.datasets.includes(wanted.type) ? (fitting ?? known) : known;
  if (!recipe) return emptyDraft("");
  const here = (id: string | null | undefined) => (assets.some((asset) => asset.id === id) ? (id ?? null) : null);
  const draft: Draft = {
    ...emptyDraft(recipe.name),
    ...(recipe.name === stored.recipe ? { config: stored.config ?? {}, name: stored.name ?? "" } : {}),
    datasets: (stored.datasets ?? []).filter((id) => here(id) !== null),
    baseModel: here(stored.baseModel),
    teacherModel: here(stored.teacherModel),
    asrModel: here(stored.asrModel),
  };
  return fitted(wanted ? { ...draft, datasets: [wanted.id] } : draft, recipe, assets);
}

/** The draft for another recipe: what does not fit it is left out. */
export function fitted(draft: Draft, recipe: Recipe, assets: readonly AssetView[]): Draft {
  const defaults = new Map(recipe.parameters.map((parameter) => [parameter.name, parameter.default]));
  const keep = (id: string | null, fits: boolean) => (fits ? id : null);
  const asset = (id: string | null) => assets.find((known) => known.id === id);
  const fitsBase = (id: string | null) => fitsModel(asset(id), recipe);
  return {
    ...draft,
    recipe: recipe.name,
    datasets: draft.datasets.filter((id) => recipe.datasets.includes(asset(id)?.type ?? "")),
    baseModel: keep(draft.baseModel, fitsBase(draft.baseModel)),
    teacherModel: keep(draft.teacherModel, takesTeacher(recipe) && fitsBase(draft.teacherModel)),
    asrModel: keep(draft.asrModel, takesRecogniser(recipe)),
    config: Object.fromEntries(
      Object.entries(draft.config).filter(([name, value]) => defaults.has(name) && defaults.get(name) !== value),
    ),
  };
}

/** Recipes name a type of models, or a type and an architecture: `transformers:bert`. */
export function fitsModel(asset: AssetView | undefined, recipe: Recipe): boolean {
  if (!asset) return false;
  const exact = `${asset.type}:${asset.details.architecture ?? ""}`;
  return recipe.baseModels.includes(asset.type) || recipe.baseModels.includes(exact);
}

export const takesTeacher = (recipe: Recipe): boolean =>
  recipe.parameters.some(({ name }) => name === "distillation_weight");

export const takesRecogniser = (recipe: Recipe): boolean =>
  recipe.parameters.some(({ name }) => name === "quality_utterances");

/** A draft with all that a run was started with. */
export function draftOf(run: TrainingView): Draft {
  return {
    recipe: run.recipe,
    datasets: run.datasets,
    baseModel: run.baseModel ?? null,
    teacherModel: run.teacherModel ?? null,
    asrModel: run.asrModel ?? null,
    name: run.name,
    config: run.config,
  };
}

export function requestOf(draft: Draft): StartTrainingRequest {
  return {
    recipe: draft.recipe,
    datasets: draft.datasets,
    baseModel: draft.baseModel,
    teacherModel: draft.teacherModel,
    asrModel: draft.asrModel,
    name: draft.name.trim() || null,
    config: draft.config,
  };
}
