/** What is on the disk as rows of one table: assets, and the parts that are no assets. */

import type { AssetUse, DiskUse, ListedAsset, TrainingView } from "../../api/schema";
import type { ResourcesSearch, StoredKind } from "./search";

/** Why something cannot be removed here. */
export type Kept = "use" | "owner" | "checkpoint" | "held";

export interface Stored {
  key: string;
  id: string;
  /** Of a checkpoint, where its run is known. */
  runName: string | null;
  kind: StoredKind;
  size: number;
  uses: readonly AssetUse[];
  lastUsedAt: string | null;
  /** Null: it can be removed. A part without `asset` is cleaned up by itself. */
  kept: Kept | null;
  asset: ListedAsset | null;
  part: "audio" | "uploads" | "temporary" | null;
}

type Run = Pick<TrainingView, "id" | "name" | "bestCheckpoint" | "lastCheckpoint">;

export function storedOf(assets: readonly ListedAsset[], use: DiskUse | null, runs: readonly Run[]): Stored[] {
  const parts = (["audio", "uploads", "temporary"] as const).map((part): Stored => ({
    key: `part:${part}`,
    id: part,
    runName: null,
    kind: "cache",
    size: use?.[part] ?? 0,
    uses: [],
    lastUsedAt: null,
    kept: null,
    asset: null,
    part,
  }));
  return [
    ...assets.map((asset): Stored => ({
      key: `${asset.kind}:${asset.id}`,
      id: asset.id,
      runName: asset.kind === "checkpoint" ? (runOf(asset, runs)?.name ?? null) : null,
      kind: asset.kind === "model" && asset.details.speaks ? "voice" : asset.kind,
      size: asset.size,
      uses: asset.inUseBy ?? [],
      lastUsedAt: asset.lastUsedAt ?? null,
      kept: whyKept(asset, runs),
      asset,
      part: null,
    })),
    ...(use ? parts.filter((part) => part.size > 0) : []),
  ];
}

/** Checkpoints are removed through their run, which keeps its best and its last one: those of an unknown run stay. */
function whyKept(asset: ListedAsset, runs: readonly Run[]): Kept | null {
  if (asset.inUseBy?.length) return "use";
  if (asset.kind !== "checkpoint") return asset.removable ? null : asset.mine ? "held" : "owner";
  if (!asset.mine) return "owner";
  const { step } = checkpointOf(asset.id);
  const owner = runOf(asset, runs);
  if (!owner) return "checkpoint";
  return owner.bestCheckpoint?.step === step || owner.lastCheckpoint?.step === step ? "checkpoint" : null;
}

function runOf(asset: ListedAsset, runs: readonly Run[]): Run | undefined {
  return runs.find(({ id }) => id === checkpointOf(asset.id).run);
}

/** A checkpoint's id is `<run>/<step>`. */
export function checkpointOf(id: string): { run: string; step: number } {
  const [run = "", step = ""] = id.split("/");
  return { run, step: Number(step) };
}

export const isRemovable = (row: Stored): boolean => row.asset !== null && row.kept === null;

export function filterStored(rows: readonly Stored[], { q = "", kind, removable, sort = "size" }: ResourcesSearch) {
  const word = q.trim().toLowerCase();
  const found = rows.filter(
    (row) =>
      (!kind || row.kind === kind) &&
      (!removable || isRemovable(row)) &&
      (!word || `${row.runName ?? ""} ${row.id}`.toLowerCase().includes(word)),
  );
  const order = {
    size: (a: Stored, b: Stored) => b.size - a.size,
    used: (a: Stored, b: Stored) => (a.lastUsedAt ?? "").localeCompare(b.lastUsedAt ?? "") || b.size - a.size,
    name: (a: Stored, b: Stored) => a.id.localeCompare(b.id, "en", { numeric: true }),
  };
  return found.sort(order[sort]);
}

export const bytesOf = (rows: readonly Stored[]): number => rows.reduce((sum, row) => sum + row.size, 0);
