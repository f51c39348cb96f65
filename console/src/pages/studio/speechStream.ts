/** Speech as it is spoken: PCM and the times of its words, by server-sent events (`stream_format: sse`). */

import { gatewayFetch } from "../../api/client";
import { ApiError } from "../../api/errors";
import type { SpeechRequest } from "../../api/schema";
import { readEvents } from "./readEvents";

/** `start` and `end`: seconds from the start of the speech. */
interface Times {
  start: number;
  end: number;
}

export interface TimedSentence extends Times {
  sentence: number;
  text: string;
  words: (Times & { word: string })[];
}

export interface SpeechEvents {
  /** Before the first piece: samples per second of the PCM. */
  onStart: (sampleRate: number) => void;
  /** Mono samples, −1 to 1. */
  onAudio: (samples: Float32Array<ArrayBuffer>) => void;
  onSentence: (sentence: TimedSentence) => void;
}

type StreamEvent =
  | { type: "speech.audio.delta"; audio: string }
  | ({ type: "speech.audio.timing" } & TimedSentence)
  | { type: "speech.audio.done" }
  | { type: "error"; error: { code: string; message: string } };

/** Ask for speech and hand over what comes. Throws `ApiError`; ends early without one when `signal` aborts. */
export async function streamSpeech(body: SpeechRequest, events: SpeechEvents, signal: AbortSignal): Promise<void> {
  const request = new Request(`${location.origin}/v1/audio/speech`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ...body, response_format: "pcm", stream_format: "sse", timestamps: true }),
    signal,
  });
  const response = await gatewayFetch(request);
  events.onStart(Number(response.headers.get("X-Sample-Rate") ?? 24_000));
  const samples = new SampleReader();
  for await (const text of readEvents(response)) {
    const event = JSON.parse(text) as StreamEvent;
    if (event.type === "speech.audio.delta") {
      const piece = samples.read(fromBase64(event.audio));
      if (piece.length) events.onAudio(piece);
    } else if (event.type === "speech.audio.timing") {
      events.onSentence(event);
    } else if (event.type === "error") {
      throw new ApiError(response.status, { ...event.error, code: event.error.code.toUpperCase() });
    }
  }
}

/** 16-bit little-endian samples from pieces of bytes that may end in the middle of one. */
export class SampleReader {
  private rest: number | null = null;

  read(bytes: Uint8Array): Float32Array<ArrayBuffer> {
    const joined = this.rest === null ? bytes : Uint8Array.of(this.rest, ...bytes);
    this.rest = joined.length % 2 ? (joined.at(-1) ?? null) : null;
    const view = new DataView(joined.buffer, joined.byteOffset, joined.length - (joined.length % 2));
    const samples = new Float32Array(view.byteLength / 2);
    for (let i = 0; i < samples.length; i++) samples[i] = view.getInt16(i * 2, true) / 32768;
    return samples;
  }
}

function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
