import type { DiskStatus, DiskUse } from "../../api/schema";

export type PartName = keyof DiskUse | "others";

export interface DiskPart {
  name: PartName;
  bytes: number;
  /** Of the whole disk, 0 to 100. */
  percent: number;
}

const ORDER: readonly (keyof DiskUse)[] = ["models", "datasets", "checkpoints", "audio", "uploads", "temporary"];

/** What fills the disk: Sokhan's parts, and everything else on the same file system. */
export function diskParts({ total, free, used }: DiskStatus): DiskPart[] {
  const full = Math.max(0, total - free);
  const own = ORDER.map((name) => ({ name, bytes: used?.[name] ?? 0 }));
  const sum = own.reduce((all, part) => all + part.bytes, 0);
  const parts: { name: PartName; bytes: number }[] = [...own, { name: "others", bytes: Math.max(0, full - sum) }];
  return parts
    .filter((part) => part.bytes > 0)
    .map((part) => ({ ...part, percent: total > 0 ? (100 * part.bytes) / total : 0 }));
}
