import { expect, test, vi } from "vitest";
import type { LiveEvent } from "../../../live/messages";
import { RunCurves } from "./runCurves";

/** What the curves read of an event. */
const event = (revision: number, type: LiveEvent["type"], ...steps: number[]) =>
  ({ revision, type, data: { points: steps.map((step) => ({ step, loss: step })) } }) as unknown as LiveEvent;
const columns = (...steps: number[]) => Promise.resolve({ steps, values: { loss: steps } });

test("live points that come while the stored ones are read are kept", async () => {
  const read = vi.fn(() => columns(1, 2, 3));
  const curves = new RunCurves(read);
  curves.onSubscribed();
  curves.onEvent(event(7, "metrics", 4));
  await vi.waitFor(() => expect(curves.loaded).toBe(true));
  expect(curves.series.steps).toEqual([1, 2, 3, 4]);
});

test("a jump of the revision reads again from the last complete step", async () => {
  const read = vi.fn(() => columns(1, 2, 3));
  const curves = new RunCurves(read);
  await curves.fill();
  curves.onEvent(event(7, "metrics", 4));
  read.mockImplementation(() => columns(5, 6));
  curves.onEvent(event(9, "metrics", 7));
  expect(read).toHaveBeenLastCalledWith(expect.objectContaining({ from: 5 }));
  await vi.waitFor(() => expect(curves.series.steps).toEqual([1, 2, 3, 4, 5, 6, 7]));
});

test("progress in between is no gap", async () => {
  const read = vi.fn(() => columns(1));
  const curves = new RunCurves(read);
  await curves.fill();
  curves.onEvent(event(7, "metrics", 2));
  curves.onEvent(event(8, "progress"));
  curves.onEvent(event(9, "metrics", 3));
  expect(read).toHaveBeenCalledTimes(1);
});

test("an error of the first reading is shown, and gone after a retry", async () => {
  const read = vi.fn(() => Promise.reject(new Error("no")));
  const curves = new RunCurves(read);
  await curves.fill();
  expect(curves.error).toBeInstanceOf(Error);
});

test("a run that is watched for long keeps a bounded number of points", async () => {
  const read = vi.fn(() => columns(1));
  const curves = new RunCurves(read);
  await curves.fill();
  const steps = Array.from({ length: 8000 }, (_, i) => i + 2);
  read.mockImplementation(() => columns(...steps.filter((step) => step % 2 === 0)));
  curves.onEvent(event(1, "metrics", ...steps));
  await vi.waitFor(() => expect(curves.series.steps.length).toBe(4001)); // and the last, which the store has not yet
  expect(curves.series.steps.at(-1)).toBe(8001);
});

test("a page that was left reads nothing more: its run may be deleted", async () => {
  vi.useFakeTimers();
  const read = vi.fn(() => columns(1));
  const curves = new RunCurves(read);
  const leave = curves.watch(() => undefined);
  curves.onSubscribed();
  leave();
  await vi.runAllTimersAsync();
  vi.useRealTimers();
  expect(read).toHaveBeenCalledTimes(1);
});
