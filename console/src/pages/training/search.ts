/** What of the training pages stands in the address. */

import type { Range } from "../../parts/chart/plot";
import type { JobState } from "../../api/schema";
import type { Level } from "./run/runLog";
import { LEVELS } from "./run/runLog";

export const STATES: readonly JobState[] = ["queued", "running", "paused", "completed", "failed", "cancelled"];

export interface TrainingSearch {
  state?: JobState;
}

export function trainingSearch(search: Record<string, unknown>): TrainingSearch {
  const state = STATES.find((known) => known === search.state);
  return state ? { state } : {};
}

/** How curves are shown, on the page of a run and in a comparison. */
export interface CurveSearch {
  from?: number;
  to?: number;
  smooth?: number;
  log?: boolean;
}

export interface RunSearch extends CurveSearch {
  level?: Level;
  find?: string;
}

export function curveSearch(search: Record<string, unknown>): CurveSearch {
  const { from, to, smooth } = search;
  const shown: CurveSearch = {};
  if (typeof from === "number" && typeof to === "number" && from < to) Object.assign(shown, { from, to });
  if (typeof smooth === "number" && smooth > 0) shown.smooth = Math.min(0.99, smooth);
  if (search.log === true) shown.log = true;
  return shown;
}

export function runSearch(search: Record<string, unknown>): RunSearch {
  const shown: RunSearch = curveSearch(search);
  const level = LEVELS.find((known) => known === search.level);
  if (level && level !== "info") shown.level = level;
  if (typeof search.find === "string" && search.find) shown.find = search.find;
  return shown;
}

export function rangeOf({ from, to }: CurveSearch): Range | null {
  return from !== undefined && to !== undefined ? { from, to } : null;
}

/** The address of a range, in whole steps. */
export function searchOf(range: Range | null): Pick<CurveSearch, "from" | "to"> {
  return { from: range ? Math.floor(range.from) : undefined, to: range ? Math.ceil(range.to) : undefined };
}

export function newTrainingSearch(search: Record<string, unknown>): { dataset?: string } {
  return typeof search.dataset === "string" && search.dataset ? { dataset: search.dataset } : {};
}
