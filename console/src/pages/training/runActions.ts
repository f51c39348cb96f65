import type { TrainingView } from "../../api/schema";

export type RunAction = "pause" | "resume" | "stop" | "cancel" | "restart" | "again" | "remove";

/** What can be done with a run now. Nothing while an earlier request is under way, but to cancel. */
export function actionsOf(run: Pick<TrainingView, "state" | "control" | "lastCheckpoint">): RunAction[] {
  switch (run.state) {
    case "queued":
      return ["cancel"];
    case "running":
      return run.control === "cancel" ? [] : run.control ? ["cancel"] : ["pause", "stop", "cancel"];
    case "paused":
      return ["resume", "cancel"];
    case "failed":
      return run.lastCheckpoint ? ["restart", "again", "remove"] : ["again", "remove"];
    case "completed":
    case "cancelled":
      return ["again", "remove"];
  }
}
