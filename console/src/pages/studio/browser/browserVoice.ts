/** A Piper voice that is computed in this browser, from phonemes of the gateway's front-end. */

import wasm from "onnxruntime-web/ort-wasm-simd-threaded.wasm?url";
import { api, ask, askWhole, gatewayFetch } from "../../../api/client";
import { ApiError } from "../../../api/errors";
import type { SpeechEvents } from "../speechStream";
import type { FromWorker, PiperConfig, ToWorker } from "./messages";
import { availableThreads } from "./threads";

interface Request {
  text: string;
  speed: number;
  speaker: string | null;
}

export class BrowserVoice {
  private waiting = new Map<number, { done: (message: Spoken) => void; failed: (error: Error) => void }>();
  private next = 0;

  private constructor(
    readonly id: string,
    private readonly config: PiperConfig,
    private readonly worker: Worker,
  ) {
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.receive(data);
    worker.onerror = (event) => this.fail(new Error(event.message));
  }

  /** Download the voice (the browser keeps it) and load it. `onProgress`: 0 to 100. */
  static async load(id: string, onProgress: (percent: number) => void, signal: AbortSignal): Promise<BrowserVoice> {
    const { files } = await ask(api.GET("/api/voices/{id}/files", { params: { path: { id } }, signal }));
    const model = files.find(({ path }) => path.endsWith(".onnx"));
    const configuration = model && files.find(({ path }) => path === `${model.path}.json`);
    if (!model || !configuration) {
      throw new ApiError(0, { code: "UNSUPPORTED_FILE", message: "The voice has no pair of X.onnx and X.onnx.json." });
    }
    const config = (await (await fetchFile(configuration.url, signal)).json()) as PiperConfig;
    const bytes = await readBytes(await fetchFile(model.url, signal), model.size, onProgress);
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { type: "module" });
    const voice = new BrowserVoice(id, config, worker);
    try {
      await voice.start(bytes);
      signal.throwIfAborted(); // nobody waits for it any more
      return voice;
    } catch (error) {
      voice.close();
      throw error;
    }
  }

  /** Speak each sentence as soon as it is computed. Returns seconds of computing for a second of speech. */
  async speak(request: Request, events: SpeechEvents, signal: AbortSignal): Promise<number> {
    const body = { input: request.text, voice: this.id };
    const { sentences, phonemeIds } = await askWhole(api.POST("/v1/audio/phonemize", { body, signal }));
    if (!phonemeIds) throw new ApiError(0, { code: "UNSUPPORTED_FILE", message: "The gateway has no phoneme ids." });
    const { noise_scale, length_scale, noise_w } = this.config.inference;
    const rate = this.config.audio.sample_rate;
    events.onStart(rate);
    let at = 0;
    let computed = 0;
    for (const [i, ids] of phonemeIds.entries()) {
      if (!ids || signal.aborted) continue;
      const speaker = request.speaker === null ? null : (this.config.speaker_id_map?.[request.speaker] ?? 0);
      const spoken = await this.compute(ids, [noise_scale, length_scale / request.speed, noise_w], speaker);
      const seconds = spoken.samples.length / rate;
      const text = sentences[i] ?? "";
      events.onSentence({ sentence: i, text, start: at, end: at + seconds, words: [] });
      events.onAudio(spoken.samples);
      at += seconds;
      computed += spoken.seconds;
    }
    return at > 0 ? computed / at : 0;
  }

  close(): void {
    this.worker.terminate();
    this.fail(new Error("closed"));
  }

  private start(model: ArrayBuffer): Promise<void> {
    return new Promise((done, failed) => {
      this.waiting.set(LOADING, { done: () => done(), failed });
      const message: ToWorker = { type: "load", model, threads: availableThreads(), wasm: absolute(wasm) };
      this.worker.postMessage(message, [model]);
    });
  }

  private compute(ids: number[], scales: [number, number, number], speaker: number | null): Promise<Spoken> {
    return new Promise((done, failed) => {
      const id = this.next++;
      this.waiting.set(id, { done, failed });
      this.worker.postMessage({ type: "speak", id, ids, scales, speaker } satisfies ToWorker);
    });
  }

  private receive(message: FromWorker): void {
    const id = message.type === "loaded" ? LOADING : (message.id ?? LOADING);
    const waiter = this.waiting.get(id);
    this.waiting.delete(id);
    if (message.type === "failed") waiter?.failed(new ApiError(0, { code: "CONSOLE", message: message.message }));
    else waiter?.done(message.type === "spoken" ? message : NOTHING);
  }

  private fail(error: Error): void {
    for (const { failed } of this.waiting.values()) failed(error);
    this.waiting.clear();
  }
}

type Spoken = Extract<FromWorker, { type: "spoken" }>;

const LOADING = -1;
const NOTHING: Spoken = { type: "spoken", id: LOADING, samples: new Float32Array(), seconds: 0 };

function absolute(url: string): string {
  return new URL(url, location.href).href;
}

function fetchFile(url: string, signal: AbortSignal): Promise<Response> {
  return gatewayFetch(new Request(absolute(url), { signal }));
}

async function readBytes(
  response: Response,
  size: number,
  onProgress: (percent: number) => void,
): Promise<ArrayBuffer> {
  const bytes = new Uint8Array(size);
  let at = 0;
  const reader = response.body?.getReader();
  for (;;) {
    const piece = await reader?.read();
    if (!piece?.value) break;
    bytes.set(piece.value, at);
    at += piece.value.length;
    onProgress((at / size) * 100);
  }
  return bytes.buffer;
}
