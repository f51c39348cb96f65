/** Language, digits, calendar and theme: in this browser at once, in the account's settings for the next one. */

import { createContext, useContext } from "react";
import type { SettingsView } from "../api/schema";

export type Preferences = Required<Pick<SettingsView, "language" | "digits" | "calendar" | "theme">>;

export const PREFERENCES_KEY = "sokhan.preferences"; // also read by public/first-paint.js

export const DEFAULTS: Preferences = { language: "fa", digits: "persian", calendar: "jalali", theme: "system" };

/** A language with its digits and its calendar; each can be chosen apart afterwards. */
export const IN_LANGUAGE = {
  fa: { language: "fa", digits: "persian", calendar: "jalali" },
  en: { language: "en", digits: "latin", calendar: "gregorian" },
} as const;

export function storedPreferences(): Preferences {
  try {
    return { ...DEFAULTS, ...(JSON.parse(localStorage.getItem(PREFERENCES_KEY) ?? "{}") as Partial<Preferences>) };
  } catch {
    return DEFAULTS;
  }
}

/** Whether a person has chosen something in this browser before. */
export function hasStoredPreferences(): boolean {
  try {
    return localStorage.getItem(PREFERENCES_KEY) !== null;
  } catch {
    return false;
  }
}

export function storePreferences(preferences: Preferences): void {
  try {
    localStorage.setItem(PREFERENCES_KEY, JSON.stringify(preferences));
  } catch {
    // Private windows of some browsers have no storage: the account's settings still have it.
  }
}

export interface PreferencesState {
  preferences: Preferences;
  change: (changes: Partial<Preferences>) => void;
}

export const PreferencesContext = createContext<PreferencesState>({
  preferences: DEFAULTS,
  change: () => undefined,
});

export function usePreferences(): PreferencesState {
  return useContext(PreferencesContext);
}
