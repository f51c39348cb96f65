import type { CatalogItem } from "../../api/schema";
import type { CatalogKind } from "./search";

export interface CatalogFilter {
  q?: string;
  kind?: CatalogKind;
  installed?: boolean;
}

/** The entries with all words of `q` in a name, the id, the description or a tag; installed ones first. */
export function filterCatalog(
  entries: readonly CatalogItem[],
  { q = "", kind, installed }: CatalogFilter,
): CatalogItem[] {
  const words = plain(q).split(/\s+/).filter(Boolean);
  return entries
    .filter((entry) => (!kind || entry.kind === kind) && (!installed || entry.installed === true))
    .filter((entry) => {
      const all = plain(
        [
          entry.id,
          entry.repoId,
          entry.name?.fa,
          entry.name?.en,
          entry.description?.fa,
          entry.description?.en,
          ...(entry.tags ?? []),
        ].join(" "),
      );
      return words.every((word) => all.includes(word));
    })
    .sort((a, b) => Number(b.installed ?? false) - Number(a.installed ?? false));
}

/** Persian letters are typed in several ways: one form for those that look alike, without joiners and vowel signs. */
export function plain(text: string): string {
  return text
    .toLowerCase()
    .replace(/[يى]/g, "ی")
    .replace(/ك/g, "ک")
    .replace(/ۀ/g, "ه")
    .replace(/[\u064b-\u0655\u0670\u200c]/g, "");
}
