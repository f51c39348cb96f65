import { useState } from "react";

const KEY = "sokhan.studio.text";

/** The text of the studio. It survives a reload, in this browser only. */
export function useDraftText(example: string): [string, (text: string) => void] {
  const [text, setText] = useState(() => read() ?? example);
  return [
    text,
    (changed) => {
      setText(changed);
      try {
        localStorage.setItem(KEY, changed);
      } catch {
        // Without storage, or with a full one, the text lasts as long as the page.
      }
    },
  ];
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}
