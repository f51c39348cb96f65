/** Runs, their records and the recipes: what the training and analytics pages ask of the gateway. */

import { queryOptions } from "@tanstack/react-query";
import { api, ask, askWhole } from "./client";
import { jobKey } from "./jobs";
import { newest } from "./newest";
import type { ColumnsView, LogLineView, TrainingView } from "./schema";

/** One run, kept fresh by live events. */
export const runQuery = (run: string) =>
  queryOptions({
    queryKey: [...jobKey("training", run)],
    queryFn: ({ signal }): Promise<TrainingView> =>
      ask(api.GET("/api/training/{run}", { params: { path: { run } }, signal })),
    structuralSharing: (old, read) => newest(old as TrainingView | undefined, read as TrainingView),
  });

export const recipesQuery = queryOptions({
  queryKey: ["recipes"],
  queryFn: ({ signal }) => ask(api.GET("/api/training/recipes", { signal })),
  staleTime: 300_000,
});

/** Data sets and models that training can use. */
export const trainingAssetsQuery = queryOptions({
  queryKey: ["assets", "training"],
  queryFn: ({ signal }) => ask(api.GET("/api/training/assets", { signal })),
});

/** `newest`: the step of the last known checkpoint; another one asks again. */
export const checkpointsQuery = (run: string, newest?: number | null) =>
  queryOptions({
    queryKey: ["checkpoints", run, newest ?? 0],
    queryFn: ({ signal }) => ask(api.GET("/api/training/{run}/checkpoints", { params: { path: { run } }, signal })),
  });

/** `version`: what is known of the runs now; another one asks again. */
export const comparisonQuery = (runs: readonly string[], version: string) =>
  queryOptions({
    queryKey: ["comparison", ...runs, version],
    queryFn: ({ signal }) =>
      ask(
        api.GET("/api/analysis/training/compare", {
          params: { query: { runs: runs.join(","), points: 1000 } },
          signal,
        }),
      ),
    enabled: runs.length >= 2,
  });

export interface Part {
  from?: number;
  to?: number;
  points?: number;
}

/** The metrics of a run in the gateway's smallest form. */
export async function readColumns(run: string, part: Part): Promise<ColumnsView> {
  const { data: answer } = await askWhole(
    api.GET("/api/training/{run}/metrics", { params: { path: { run }, query: { ...part, format: "columns" } } }),
  );
  if (!("steps" in answer)) throw new Error("the gateway answered with points, not with columns");
  return answer;
}

const LOG_PAGE = 1000;

/** Every log line after `after`. */
export async function readLog(run: string, after: number): Promise<LogLineView[]> {
  const lines: LogLineView[] = [];
  let cursor: string | undefined;
  do {
    const query = { after, limit: LOG_PAGE, cursor };
    const page = await askWhole(api.GET("/api/training/{run}/logs", { params: { path: { run }, query } }));
    lines.push(...page.data);
    cursor = page.next ?? undefined;
  } while (cursor);
  return lines;
}
