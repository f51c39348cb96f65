import { expect, test, vi } from "vitest";
import type { LogLineView } from "../../../api/schema";
import type { LiveEvent } from "../../../live/messages";
import { chosenLines, lastComplete, mergeLines, RunLog } from "./runLog";

const line = (seq: number, level: LogLineView["level"] = "info", message = `line ${seq}`): LogLineView => ({
  seq,
  level,
  message,
  time: "2026-11-28T10:00:00Z",
});
const lines = (...seqs: number[]) => seqs.map((seq) => line(seq));

test("lines are there once, in order", () => {
  expect(mergeLines(lines(1, 2), lines(3)).map((l) => l.seq)).toEqual([1, 2, 3]);
  expect(mergeLines(lines(1, 5), lines(2, 3, 4, 5)).map((l) => l.seq)).toEqual([1, 2, 3, 4, 5]);
});

test("after a reconnect the reading starts at the first missing line", async () => {
  const read = vi.fn(() => Promise.resolve(lines(1, 2)));
  const log = new RunLog(read);
  await log.fill();
  const live = { revision: 9, type: "log", data: { lines: lines(5) } } as unknown as LiveEvent;
  log.onEvent(live); // it overtakes the answer
  read.mockImplementation(() => Promise.resolve(lines(3, 4, 5)));
  await log.fill();
  expect(read).toHaveBeenLastCalledWith(2);
  expect(log.lines.map((l) => l.seq)).toEqual([1, 2, 3, 4, 5]);
});

test("where nothing is missing the last line is complete", () => {
  expect(lastComplete([])).toBe(0);
  expect(lastComplete(lines(1, 2))).toBe(2);
  expect(lastComplete(lines(1, 4))).toBe(1);
});

test("a level means at least that level", () => {
  const all = [line(1, "debug"), line(2, "info"), line(3, "warning", "Slow disk"), line(4, "error")];
  expect(chosenLines(all, "warning", "").map((l) => l.seq)).toEqual([3, 4]);
  expect(chosenLines(all, "debug", "DISK").map((l) => l.seq)).toEqual([3]);
});

test("a page that was left reads nothing more: its run may be deleted", async () => {
  vi.useFakeTimers();
  const read = vi.fn(() => Promise.resolve(lines(1)));
  const log = new RunLog(read);
  const leave = log.watch(() => undefined);
  log.onSubscribed();
  leave();
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  expect(read).toHaveBeenCalledTimes(1);
});
