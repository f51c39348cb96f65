import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { LiveEvent } from "../../../live/messages";
import { EventGaps } from "./eventGaps";

const event = (revision: number, final = false) => ({ revision, final }) as LiveEvent;
const read = vi.fn(() => Promise.resolve());

beforeEach(() => {
  vi.useFakeTimers();
  read.mockClear();
});
afterEach(() => vi.useRealTimers());

test("a revision that does not follow means that an event was not sent", () => {
  const gaps = new EventGaps();
  expect([5, 6, 8, 7, 9].map((revision) => gaps.before(event(revision)))).toEqual([false, false, true, false, false]);
});

test("what is stored just after its event is read a moment later", () => {
  const gaps = new EventGaps();
  gaps.close(read);
  expect(read).toHaveBeenCalledTimes(1);
  vi.runAllTimers();
  expect(read).toHaveBeenCalledTimes(2);
});

test("a second gap does not take the second look of the first", () => {
  const gaps = new EventGaps();
  const later = vi.fn(() => Promise.resolve());
  gaps.close(read);
  vi.advanceTimersByTime(1000);
  gaps.close(later);
  vi.runAllTimers();
  expect(read).toHaveBeenCalledTimes(2);
  expect(later).toHaveBeenCalledTimes(2);
});

test("a run that has ended is read once, and twice again after it was resumed", () => {
  const gaps = new EventGaps();
  gaps.before(event(9, true));
  gaps.close(read);
  vi.runAllTimers();
  expect(read).toHaveBeenCalledTimes(1);
  gaps.before(event(10));
  gaps.close(read);
  vi.runAllTimers();
  expect(read).toHaveBeenCalledTimes(3);
});

test("nothing is read after the end", () => {
  const gaps = new EventGaps();
  gaps.close(read);
  gaps.stop();
  vi.runAllTimers();
  expect(read).toHaveBeenCalledTimes(1);
});
