import type { Words } from "../../api/schema";
import { usePreferences } from "../../shell/preferences";

/** The name of a catalog entry in the person's language, in the other one, or its id. */
export function useEntryName(): (entry: { id: string; name?: Words }) => string {
  const { language } = usePreferences().preferences;
  return ({ id, name }) => {
    const first = language === "fa" ? name?.fa : name?.en;
    const second = language === "fa" ? name?.en : name?.fa;
    return first || second || id;
  };
}
