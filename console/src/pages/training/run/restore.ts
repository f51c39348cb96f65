import type { TrainingView } from "../../../api/schema";

type Config = TrainingView["config"];

export function numberOf(value: Config[string] | undefined): number | null {
  return typeof value === "number" ? value : null;
}

/** Of the wanted settings those that differ from the run's; an empty field changes nothing. */
export function restoredConfig(old: Config, wanted: Record<string, number | null>): Record<string, number> {
  return Object.fromEntries(
    Object.entries(wanted).filter(
      (entry): entry is [string, number] => entry[1] !== null && entry[1] !== old[entry[0]],
    ),
  );
}
