import type { JobState, TrainingView } from "../../api/schema";

/** A run for tests. */
export const testRun = (id: string, state: JobState, more: Partial<TrainingView> = {}): TrainingView => ({
  id,
  jobId: id,
  kind: "training",
  owner: "local",
  state,
  status: state,
  revision: 1,
  attempt: 1,
  progress: 0,
  createdAt: "2026-11-28T10:00:00Z",
  updatedAt: "2026-11-28T10:00:00Z",
  name: id,
  recipe: "vits",
  datasets: [],
  config: {},
  epoch: 0,
  step: 0,
  metrics: {},
  ...more,
});
