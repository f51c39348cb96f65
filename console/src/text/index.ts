/** The words of the console. `fa` is the original: a key that English lacks does not compile. */

import { createContext, useContext } from "react";
import type { Preferences } from "../shell/preferences";
import type { fa } from "./fa";

export type Text = typeof fa;

/** One language is loaded: the other one is fetched when a person changes to it. */
export async function loadText(language: Preferences["language"]): Promise<Text> {
  return language === "fa" ? (await import("./fa")).fa : (await import("./en")).en;
}

export const TextContext = createContext<Text | null>(null);

export function useText(): Text {
  const text = useContext(TextContext);
  if (!text) throw new Error("no text is loaded");
  return text;
}
