/** Checks and imports: single jobs that nobody lists, kept fresh by live events once they are known. */

import { queryOptions } from "@tanstack/react-query";
import { api, ask } from "./client";
import { isActive, jobKey } from "./jobs";
import { newest } from "./newest";
import type { ScanView } from "./schema";

const POLL_MS = 3000; // in case the live connection is lost

function scan(id: string, fetchScan: (signal: AbortSignal) => Promise<ScanView>) {
  return queryOptions({
    queryKey: jobKey("scan", id),
    queryFn: ({ signal }) => fetchScan(signal),
    structuralSharing: (old, read) => newest(old as ScanView | undefined, read as ScanView),
    refetchInterval: ({ state }) => (state.data && !isActive(state.data) ? false : POLL_MS),
  });
}

export const verificationQuery = (job: string) =>
  scan(job, (signal) => ask(api.GET("/api/sources/installed/verify/{job}", { params: { path: { job } }, signal })));

export const importQuery = (job: string) =>
  scan(job, (signal) => ask(api.GET("/api/datasets/imports/{job}", { params: { path: { job } }, signal })));
