/** What this browser stores of an account and a page holds in memory: never shown to the next account. */

import { PREFERENCES_KEY } from "../shell/preferences";

const PREFIX = "sokhan.";
const ACCOUNT_KEY = `${PREFIX}account`; // whose drafts and lists the other keys are

/** Remove drafts and lists. The preferences stay: they are of the browser, and the sign-in page needs them. */
export function forgetStored(): void {
  try {
    const own = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX) && key !== PREFERENCES_KEY);
    for (const key of own) localStorage.removeItem(key);
  } catch {
    // A browser without storage has stored nothing.
  }
}

/** The account of one page. Uploads, removals and the query cache live in its memory. */
export class PageAccount {
  private name: string | null = null;

  /** Note who is signed in. Returns whether the page holds data of another account, and must be loaded anew. */
  claim(name: string): boolean {
    const stale = this.name !== null && this.name !== name;
    if (stale || storedName() !== name) forgetStored();
    storeName(name);
    this.name = name;
    return stale;
  }
}

export const pageAccount = new PageAccount();

function storedName(): string | null {
  try {
    return localStorage.getItem(ACCOUNT_KEY);
  } catch {
    return null;
  }
}

function storeName(name: string): void {
  try {
    localStorage.setItem(ACCOUNT_KEY, name);
  } catch {
    // Without storage there is nothing to guard.
  }
}
