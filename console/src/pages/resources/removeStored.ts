import { api, ask, askWhole } from "../../api/client";
import { Removals } from "./removals";
import type { Stored } from "./stored";
import { checkpointOf } from "./stored";

export interface StoredRemoval {
  key: string;
  name: string;
  row: Stored;
}

/** Remove one asset; the bytes that are free again. */
async function removeStored({ row }: StoredRemoval): Promise<number> {
  if (row.asset?.kind === "checkpoint") {
    const path = checkpointOf(row.id);
    await askWhole(api.DELETE("/api/training/{run}/checkpoints/{step}", { params: { path } }));
    return row.size;
  }
  const kind = row.asset?.kind === "dataset" ? "dataset" : "model";
  const params = { path: { id: row.id }, query: { kind } } as const;
  return (await ask(api.DELETE("/api/sources/installed/{id}", { params }))).freed;
}

export const removals = new Removals(removeStored);
