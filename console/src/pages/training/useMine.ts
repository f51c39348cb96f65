import type { TrainingView } from "../../api/schema";
import { useMe } from "../../api/session";

/** Whether the caller may change this run. Others read a shared one only. */
export function useMine(run: Pick<TrainingView, "owner">): boolean {
  const me = useMe();
  return me.mode !== "accounts" || run.owner === me.name;
}
