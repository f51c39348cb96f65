import { useCallback, useEffect, useRef, useState } from "react";
import { asApiError } from "../../api/errors";
import { SpeechPlayer } from "./player";
import type { SpeechEvents, TimedSentence } from "./speechStream";

const DRAWN_MS = 50;

/** Speaks: calls `events` until it is done. Stops when the signal aborts. */
export type Speaker = (events: SpeechEvents, signal: AbortSignal) => Promise<void>;

export type SpeechState = "idle" | "speaking" | "paused" | "done";

interface Heard {
  state: SpeechState;
  /** More may arrive. */
  arriving: boolean;
  sentences: TimedSentence[];
  position: number;
  duration: number;
  /** Seconds from the request to the first sound. */
  firstSound: number | null;
  error: unknown;
}

const NOTHING: Heard = {
  state: "idle",
  arriving: false,
  sentences: [],
  position: 0,
  duration: 0,
  firstSound: null,
  error: null,
};

/** One speech at a time: what arrives is heard at once, and its position is followed while it plays. */
export function useSpeech() {
  const [heard, setHeard] = useState(NOTHING);
  const player = useRef<SpeechPlayer | null>(null);
  const running = useRef<AbortController | null>(null);
  const change = useCallback((changes: Partial<Heard>) => setHeard((old) => ({ ...old, ...changes })), []);

  const stop = useCallback(() => {
    running.current?.abort();
    running.current = null;
    player.current?.close();
    player.current = null;
    setHeard((old) => ({ ...old, state: "idle", arriving: false, position: 0 }));
  }, []);

  const speak = useCallback(
    async (speaker: Speaker) => {
      stop();
      const controller = new AbortController();
      running.current = controller;
      const sentences: TimedSentence[] = [];
      const asked = performance.now();
      setHeard({ ...NOTHING, state: "speaking", arriving: true });
      let first = true;
      try {
        await speaker(
          {
            onStart: (sampleRate) => {
              if (controller.signal.aborted) return;
              player.current = new SpeechPlayer(sampleRate);
            },
            onAudio: (samples) => {
              if (controller.signal.aborted) return;
              player.current?.add(samples);
              if (first) change({ firstSound: (performance.now() - asked) / 1000 });
              first = false;
              change({ duration: player.current?.duration ?? 0 });
            },
            onSentence: (sentence) => {
              if (controller.signal.aborted) return;
              sentences.push(sentence);
              change({ sentences: [...sentences] });
            },
          },
          controller.signal,
        );
        if (!controller.signal.aborted) change({ arriving: false });
      } catch (error) {
        if (controller.signal.aborted) return;
        change({ arriving: false, error: asApiError(error), ...(player.current ? {} : { state: "idle" }) });
      }
    },
    [change, stop],
  );

  const active = heard.state === "speaking";
  useEffect(() => {
    if (!active) return;
    const timer = setInterval(() => {
      const playing = player.current;
      if (!playing) return;
      setHeard((old) => {
        const done = !old.arriving && playing.finished;
        return { ...old, position: done ? old.duration : playing.position, state: done ? "done" : old.state };
      });
    }, DRAWN_MS);
    return () => clearInterval(timer);
  }, [active]);
  useEffect(() => stop, [stop]);

  return {
    ...heard,
    speak,
    stop,
    pause: () => {
      player.current?.pause();
      change({ state: "paused" });
    },
    resume: () => {
      player.current?.resume();
      change({ state: "speaking" });
    },
    seek: (second: number) => {
      if (!player.current) return; // stopped: the sound is gone
      player.current.playFrom(second);
      change({ position: second, state: "speaking" });
    },
  };
}
