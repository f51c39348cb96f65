import { Badge } from "@mantine/core";
import type { Control, JobState } from "../api/schema";
import { useText } from "../text";

const COLORS: Record<JobState, string> = {
  queued: "gray",
  running: "cyan",
  paused: "yellow",
  completed: "green",
  failed: "red",
  cancelled: "gray",
};

/** The state of a job, or what was asked of it and is under way. */
export function StateBadge({ state, control }: { state: JobState; control?: Control | null }) {
  const text = useText();
  return (
    <Badge color={COLORS[state]} miw="fit-content">
      {control ? text.common.controls[control] : text.common.states[state]}
    </Badge>
  );
}
