export const TABS = ["speak", "compare", "long", "lexicon"] as const;
export type StudioTab = (typeof TABS)[number];

export interface StudioSearch {
  tab?: StudioTab;
  voice?: string;
}

export function studioSearch(search: Record<string, unknown>): StudioSearch {
  const tab = TABS.find((name) => name === search.tab);
  return {
    ...(tab ? { tab } : {}),
    ...(typeof search.voice === "string" ? { voice: search.voice } : {}),
  };
}
