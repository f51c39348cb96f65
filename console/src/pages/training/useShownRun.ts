import { useMutationState } from "@tanstack/react-query";
import type { TrainingView } from "../../api/schema";
import type { RunAction } from "./runActions";

export const actionKey = (run: string) => ["run-action", run];

const SHOWN: Partial<Record<RunAction, Partial<TrainingView>>> = {
  pause: { control: "pause" },
  stop: { control: "stop" },
  cancel: { control: "cancel" },
  resume: { state: "queued", control: null },
};

/**
 * The run with what is being asked of it now, before the gateway has answered. Not in the cache: there live events from
 * before the request would undo it.
 */
export function useShownRun(run: TrainingView): TrainingView {
  const filters = { mutationKey: actionKey(run.id), status: "pending" } as const;
  const asked = useMutationState({ filters, select: (mutation) => mutation.state.variables as RunAction }).at(-1);
  return asked && SHOWN[asked] ? { ...run, ...SHOWN[asked] } : run;
}
