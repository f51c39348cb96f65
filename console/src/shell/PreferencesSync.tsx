import { useQuery } from "@tanstack/react-query";
import { useEffect, useRef } from "react";
import { api, ask } from "../api/client";
import { settingsQuery } from "../api/settings";
import { hasStoredPreferences, usePreferences } from "./preferences";

/** A new browser takes over the account's preferences; a change here goes into the account. */
export function PreferencesSync() {
  const { preferences, change } = usePreferences();
  const settings = useQuery(settingsQuery).data;
  const sent = useRef(preferences);
  const fresh = useRef(!hasStoredPreferences());
  useEffect(() => {
    if (!settings || !fresh.current) return;
    fresh.current = false;
    const { language = "fa", digits = "persian", calendar = "jalali", theme = "system" } = settings;
    sent.current = { language, digits, calendar, theme };
    change(sent.current);
  }, [settings, change]);
  useEffect(() => {
    if (sent.current === preferences || fresh.current) return;
    sent.current = preferences;
    // The browser has it already; an account that cannot be reached gets it with the next change.
    ask(api.POST("/api/settings", { body: preferences })).catch(() => undefined);
  }, [preferences]);
  return null;
}
