import { useState } from "react";

const KEYS = { sentence: "sokhan.studio.text", long: "sokhan.studio.long" };

/** A text of the studio. It survives a reload, in this browser only. */
export function useDraftText(example: string, which: keyof typeof KEYS = "sentence"): [string, (text: string) => void] {
  const key = KEYS[which];
  const [text, setText] = useState(() => read(key) ?? example);
  return [
    text,
    (changed) => {
      setText(changed);
      try {
        localStorage.setItem(key, changed);
      } catch {
        // Without storage, or with a full one, the text lasts as long as the page.
      }
    },
  ];
}

function read(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}
