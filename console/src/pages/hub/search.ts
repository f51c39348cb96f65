/** The address of the hub: the tab, its filters, and the repository that is open. */

import type { RepoType, SearchSort } from "../../api/sources";
import { SORTS } from "../../api/sources";

export const TABS = ["catalog", "hub", "downloads"] as const;
export type HubTab = (typeof TABS)[number];
export const KINDS = ["tts", "llm", "asr", "g2p", "dataset"] as const;
export type CatalogKind = (typeof KINDS)[number];

export interface HubSearch {
  tab?: HubTab;
  q?: string;
  kind?: CatalogKind;
  installed?: boolean;
  type?: RepoType;
  sort?: SearchSort;
  /** The repository or catalog entry that is open. */
  id?: string;
  /** The verification whose result is shown. */
  verify?: string;
}

export function hubSearch(search: Record<string, unknown>): HubSearch {
  const { q, id, verify, installed } = search;
  const found: HubSearch = {
    tab: oneOf(TABS, search.tab),
    q: typeof q === "string" || typeof q === "number" ? String(q) || undefined : undefined,
    kind: oneOf(KINDS, search.kind),
    installed: installed === true ? true : undefined,
    type: oneOf(["model", "dataset"] as const, search.type),
    sort: oneOf(SORTS, search.sort),
    id: typeof id === "string" && id ? id : undefined,
    verify: typeof verify === "string" && verify ? verify : undefined,
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined));
}

function oneOf<T extends string>(known: readonly T[], value: unknown): T | undefined {
  return known.find((item) => item === value);
}
