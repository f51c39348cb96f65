/** The order, the filter and the errors of a recipe's parameters. */

import type { Recipe, RecipeParameter } from "../../../api/schema";

/** What most people change; the rest is behind the search or a button. */
const USUAL = [
  "max_steps",
  "epochs",
  "batch_size",
  "learning_rate",
  "evaluate_every",
  "checkpoint_every",
  "device",
  "precision",
  "task",
  "text_column",
  "label_column",
  "checkpoint",
  "config",
  "language",
];

export interface Parameters {
  preset: RecipeParameter | null;
  usual: RecipeParameter[];
  others: RecipeParameter[];
}

export function groupParameters(recipe: Recipe): Parameters {
  const rest = recipe.parameters.filter(({ name }) => name !== "preset");
  return {
    preset: recipe.parameters.find(({ name }) => name === "preset") ?? null,
    usual: rest.filter(({ name }) => USUAL.includes(name)),
    others: rest.filter(({ name }) => !USUAL.includes(name)),
  };
}

/** Those whose name, label or help has every word of the search. */
export function searchParameters(
  parameters: readonly RecipeParameter[],
  search: string,
  labels: Readonly<Record<string, string>>,
): RecipeParameter[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return parameters.filter(({ name, help, helpFa }) => {
    const text = `${name} ${name.replace(/_/g, " ")} ${labels[name] ?? ""} ${help} ${helpFa}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

const FIELDS: [RegExp, string][] = [
  [/\bbaseModel\b/, "baseModel"],
  [/\bteacherModel\b/, "teacherModel"],
  [/\basrModel\b/, "asrModel"],
  [/\bdatasets?\b/, "datasets"],
  [/\bvalid name\b/, "name"],
];

/**
 * The field that an error of the gateway is about: `param` where it has one, else the first parameter that the message
 * names. null: none that the form knows.
 */
export function fieldOfError(
  error: { message: string; param?: string | null },
  names: readonly string[],
): string | null {
  const param = error.param?.split(".").at(-1);
  if (param && (names.includes(param) || FIELDS.some(([, field]) => field === param))) return param;
  const words = error.message.match(/\w+/g) ?? [];
  return (
    words.find((word) => names.includes(word)) ?? FIELDS.find(([pattern]) => pattern.test(error.message))?.[1] ?? null
  );
}
