import { act, cleanup, renderHook } from "@testing-library/react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { SpeechEvents } from "./speechStream";
import { useSpeech } from "./useSpeech";

const played = vi.hoisted(() => ({ made: 0 }));

vi.mock("./player", () => ({
  SpeechPlayer: class {
    duration = 1;
    position = 0;
    finished = false;
    constructor() {
      played.made += 1;
    }
    add = vi.fn();
    playFrom = vi.fn();
    close = vi.fn();
  },
}));

const SENTENCE = { sentence: 0, text: "سلام", start: 0, end: 1, words: [] };

afterEach(cleanup);
beforeEach(() => {
  played.made = 0;
});

/** A speaker whose events the test sends. */
async function started() {
  const { result } = renderHook(() => useSpeech());
  let events: SpeechEvents | undefined;
  let fail: (error: Error) => void = () => undefined;
  await act(async () => {
    void result.current.speak((given) => {
      events = given;
      return new Promise((_, failed) => (fail = failed));
    });
    await Promise.resolve();
  });
  if (!events) throw new Error("not started");
  return { result, events, fail: (error: Error) => fail(error) };
}

test("after a stop a click on a sentence does not pretend to speak", async () => {
  const { result, events } = await started();
  act(() => {
    events.onStart(22_050);
    events.onSentence(SENTENCE);
  });
  act(() => result.current.stop());
  act(() => result.current.seek(0.5));
  expect(result.current).toMatchObject({ state: "idle", position: 0 });
});

test("an error before the first sound ends the speech, one after it lets the rest be heard", async () => {
  const early = await started();
  await act(async () => {
    early.fail(new Error("no voice"));
    await Promise.resolve();
  });
  expect(early.result.current).toMatchObject({ state: "idle", arriving: false });
  const late = await started();
  act(() => late.events.onStart(22_050));
  await act(async () => {
    late.fail(new Error("broken"));
    await Promise.resolve();
  });
  expect(late.result.current).toMatchObject({ state: "speaking", arriving: false });
});

test("what comes of a stopped speech is not shown or played", async () => {
  const { result, events } = await started();
  act(() => result.current.stop());
  act(() => {
    events.onStart(22_050);
    events.onSentence(SENTENCE);
  });
  expect(result.current.sentences).toEqual([]);
  expect(played.made).toBe(0);
});
