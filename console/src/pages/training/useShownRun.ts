import type { TrainingView } from "../../api/schema";
import { useShownJob } from "../../parts/useShownJob";
import type { RunAction } from "./runActions";

const SHOWN: Partial<Record<RunAction, Partial<TrainingView>>> = {
  pause: { control: "pause" },
  stop: { control: "stop" },
  cancel: { control: "cancel" },
  resume: { state: "queued", control: null },
};

/** The run with what is being asked of it now, before the gateway has answered. */
export function useShownRun(run: TrainingView): TrainingView {
  return useShownJob(run, (action: RunAction) => SHOWN[action]);
}
