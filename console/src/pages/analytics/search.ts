/** What of the analytics page stands in the address. */

import type { JobState } from "../../api/schema";
import type { CurveSearch } from "../training/search";
import { curveSearch, STATES } from "../training/search";

export const SORTS = ["created", "name", "state", "step", "loss", "valLoss", "best", "throughput", "time"] as const;
export type Sort = (typeof SORTS)[number];

export const MOST_RUNS = 8; // of the gateway's comparison

export interface AnalyticsSearch extends CurveSearch {
  state?: JobState;
  recipe?: string;
  find?: string;
  sort?: Sort;
  /** The lowest first. */
  ascending?: boolean;
  /** Runs to compare. */
  runs?: string[];
  /** Metrics to compare, where they are not the usual ones. */
  keys?: string[];
  /** Only warnings of the history. */
  warnings?: boolean;
}

export function analyticsSearch(search: Record<string, unknown>): AnalyticsSearch {
  const shown: AnalyticsSearch = curveSearch(search);
  const state = STATES.find((known) => known === search.state);
  const sort = SORTS.find((known) => known === search.sort);
  const runs = texts(search.runs).slice(0, MOST_RUNS);
  const keys = texts(search.keys);
  if (state) shown.state = state;
  if (sort && sort !== "created") shown.sort = sort;
  if (typeof search.recipe === "string" && search.recipe) shown.recipe = search.recipe;
  if (typeof search.find === "string" && search.find) shown.find = search.find;
  if (search.ascending === true) shown.ascending = true;
  if (search.warnings === true) shown.warnings = true;
  if (runs.length) shown.runs = runs;
  if (keys.length) shown.keys = keys;
  return shown;
}

function texts(value: unknown): string[] {
  const list: unknown[] = Array.isArray(value) ? value : [];
  return [...new Set(list.filter((item): item is string => typeof item === "string" && item !== ""))];
}
