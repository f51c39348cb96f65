/** Runs a Piper voice beside the page, so that the page stays responsive. */

import * as ort from "onnxruntime-web/wasm";
import type { FromWorker, ToWorker } from "./messages";

let session: ort.InferenceSession | null = null;

async function load({ model, threads, wasm }: Extract<ToWorker, { type: "load" }>): Promise<void> {
  ort.env.wasm.numThreads = threads;
  ort.env.wasm.wasmPaths = { wasm };
  session = await ort.InferenceSession.create(new Uint8Array(model), { executionProviders: ["wasm"] });
  tell({ type: "loaded" });
}

async function speak({ id, ids, scales, speaker }: Extract<ToWorker, { type: "speak" }>): Promise<void> {
  if (!session) throw new Error("no voice is loaded");
  const started = performance.now();
  const inputs: Record<string, ort.Tensor> = {
    input: new ort.Tensor("int64", BigInt64Array.from(ids, BigInt), [1, ids.length]),
    input_lengths: new ort.Tensor("int64", BigInt64Array.of(BigInt(ids.length)), [1]),
    scales: new ort.Tensor("float32", Float32Array.from(scales), [3]),
  };
  if (session.inputNames.includes("sid")) {
    inputs.sid = new ort.Tensor("int64", BigInt64Array.of(BigInt(speaker ?? 0)), [1]);
  }
  const [output] = Object.values(await session.run(inputs));
  if (!output) throw new Error("the voice has no output");
  const samples = Float32Array.from((await output.getData()) as Float32Array);
  tell({ type: "spoken", id, samples, seconds: (performance.now() - started) / 1000 }, [samples.buffer]);
}

function tell(message: FromWorker, transfer: Transferable[] = []): void {
  self.postMessage(message, { transfer });
}

function listen(): void {
  self.onmessage = ({ data }: MessageEvent<ToWorker>) => {
    const work = data.type === "load" ? load(data) : speak(data);
    work.catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      tell({ type: "failed", id: data.type === "speak" ? data.id : null, message });
    });
  };
}

// The runtime starts its threads from this same file, and they have a listener of their own.
if (!self.name.startsWith("em-pthread")) listen();
