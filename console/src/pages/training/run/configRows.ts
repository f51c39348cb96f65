import type { RecipeParameter, TrainingView } from "../../../api/schema";

export interface ConfigRow {
  name: string;
  value: string;
  /** null where the recipe is unknown now. */
  default: string | null;
  changed: boolean;
  parameter: RecipeParameter | undefined;
}

/** Rows of a configuration: first what differs from the recipe's defaults, else in the recipe's order. */
export function configRows(config: TrainingView["config"], parameters: readonly RecipeParameter[]): ConfigRow[] {
  const rows = Object.entries(config).map(([name, value]): ConfigRow => {
    const parameter = parameters.find((known) => known.name === name);
    return {
      name,
      value: shown(value),
      default: parameter ? shown(parameter.default) : null,
      changed: parameter !== undefined && parameter.default !== value,
      parameter,
    };
  });
  return [...rows.filter((row) => row.changed), ...rows.filter((row) => !row.changed)];
}

function shown(value: boolean | number | string | null): string {
  return value === "" || value === null ? "—" : String(value);
}
