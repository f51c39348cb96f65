import { isActive } from "../../api/jobs";
import type { TrainingView } from "../../api/schema";

const ORDER = { running: 0, queued: 1, paused: 2 } as Record<string, number>;

/** Active runs as they will come: running, then the queue by place, then paused. Ended ones newest first. */
export function sortRuns(runs: readonly TrainingView[]): { active: TrainingView[]; ended: TrainingView[] } {
  const active = runs
    .filter(isActive)
    .sort(
      (a, b) =>
        (ORDER[a.state] ?? 9) - (ORDER[b.state] ?? 9) ||
        (a.queuePosition ?? Infinity) - (b.queuePosition ?? Infinity) ||
        b.createdAt.localeCompare(a.createdAt),
    );
  const ended = runs
    .filter((run) => !isActive(run))
    .sort((a, b) => (b.finishedAt ?? b.updatedAt).localeCompare(a.finishedAt ?? a.updatedAt));
  return { active, ended };
}
