import type { MeView } from "../../api/schema";

const EVERYBODY = ["appearance", "hub", "keys", "notifications", "usage"] as const;
const PERSON = ["account"] as const;
const ADMIN = ["users", "invitations", "audit", "installation"] as const;

export type SettingsTab = (typeof EVERYBODY)[number] | (typeof PERSON)[number] | (typeof ADMIN)[number];

/** The tabs that this caller has a use for. Users, invitations and sessions exist with accounts only. */
export function tabsFor(me: Pick<MeView, "mode" | "role">): SettingsTab[] {
  const accounts = me.mode === "accounts";
  const admin = me.role === "admin" ? ADMIN.filter((tab) => accounts || tab === "audit" || tab === "installation") : [];
  const everybody = EVERYBODY.filter((tab) => accounts || tab !== "keys");
  return [...everybody, ...(accounts ? PERSON : []), ...admin];
}

export function settingsSearch(search: Record<string, unknown>): { tab?: SettingsTab } {
  const known: readonly string[] = [...EVERYBODY, ...PERSON, ...ADMIN];
  return typeof search.tab === "string" && known.includes(search.tab) ? { tab: search.tab as SettingsTab } : {};
}
