import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { Outcome, Removal } from "./removals";
import { DELAY_MS, Removals } from "./removals";

const a = { key: "a", name: "a" };
const b = { key: "b", name: "b" };

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("the requests go out after the delay, and a failure stops no other", async () => {
  const remove = vi.fn((item: Removal) =>
    item.key === "a" ? Promise.reject(new Error("in use")) : Promise.resolve(7),
  );
  const removals = new Removals(remove);
  const ends: Outcome<Removal>[] = [];
  removals.listen((outcome) => ends.push(outcome));
  removals.schedule([a, b]);
  await vi.advanceTimersByTimeAsync(DELAY_MS - 1);
  expect(remove).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(ends).toEqual([{ removed: [b], freed: 7, failed: [{ item: a, error: new Error("in use") }] }]);
  expect(removals.waiting).toBeNull();
});

test("undo sends nothing", async () => {
  const remove = vi.fn(() => Promise.resolve(1));
  const removals = new Removals(remove);
  removals.schedule([a]);
  expect(removals.undo()).toBe(true);
  await vi.advanceTimersByTimeAsync(2 * DELAY_MS);
  expect(remove).not.toHaveBeenCalled();
  expect(removals.undo()).toBe(false);
});

test("what is going out cannot be taken back, and a second bunch waits for nobody", async () => {
  const removals = new Removals(() => new Promise<number>(() => undefined));
  removals.schedule([a]);
  removals.schedule([b]);
  expect(removals.waiting?.items).toEqual([a]);
  await vi.advanceTimersByTimeAsync(DELAY_MS);
  expect(removals.undo()).toBe(false);
});
