import { expect, test } from "vitest";
import { byProgress, whyStill } from "./whyStill";

const job = { state: "running", speed: 0, bytesDownloaded: 5, bytesTotal: 10, waiting: null, files: [] } as const;

test("the downloader's sentence is taken apart", () => {
  expect(whyStill({ ...job, waiting: "waiting 8 s: 503 from cdn.example, attempt 3", files: [] })).toEqual({
    kind: "retry",
    seconds: 8,
    reason: "503 from cdn.example",
    attempt: 3,
  });
  expect(whyStill({ ...job, waiting: "waiting 2 s: hub.example is busy or out of reach", files: [] })).toEqual({
    kind: "retry",
    seconds: 2,
    reason: "hub.example is busy or out of reach",
    attempt: null,
  });
  expect(whyStill({ ...job, waiting: "no disk space", files: [] })).toEqual({
    kind: "message",
    message: "no disk space",
  });
});

test("a bar that stands still always has a reason", () => {
  expect(whyStill({ ...job, files: [] })).toEqual({ kind: "connecting" });
  expect(whyStill({ ...job, state: "queued", files: [] })).toEqual({ kind: "queued" });
  expect(whyStill({ ...job, bytesDownloaded: 10, files: [] })).toEqual({ kind: "verifying" });
  expect(whyStill({ ...job, speed: 3, files: [] })).toBeNull();
  expect(whyStill({ ...job, state: "paused", files: [] })).toBeNull();
});

test("files that move come first", () => {
  const files = [
    { path: "a", size: 1, bytes: 1, state: "done" },
    { path: "b", size: 1, bytes: 0, state: "pending" },
    { path: "c", size: 1, bytes: 0, state: "downloading" },
  ] as const;
  expect(byProgress([...files]).map((file) => file.path)).toEqual(["c", "b", "a"]);
});
