/** The address of the resources page: the filters of its table. */

export const KINDS = ["model", "voice", "dataset", "checkpoint", "cache"] as const;
export type StoredKind = (typeof KINDS)[number];
export const SORTS = ["size", "used", "name"] as const;
export type StoredSort = (typeof SORTS)[number];

export interface ResourcesSearch {
  q?: string;
  kind?: StoredKind;
  sort?: StoredSort;
  removable?: boolean;
}

export function resourcesSearch(search: Record<string, unknown>): ResourcesSearch {
  const kind = KINDS.find((known) => known === search.kind);
  const sort = SORTS.find((known) => known === search.sort);
  return {
    ...(typeof search.q === "string" && search.q ? { q: search.q } : {}),
    ...(kind && { kind }),
    ...(sort && { sort }),
    ...(search.removable === true && { removable: true }),
  };
}
