import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { BrowserVoice } from "./browserVoice";
import type { FromWorker } from "./messages";

vi.mock("onnxruntime-web/ort-wasm-simd-threaded.wasm?url", () => ({ default: "/ort.wasm" }));
vi.mock("../../../api/client", () => ({
  api: { GET: vi.fn() },
  ask: () =>
    Promise.resolve({
      files: [
        { path: "v.onnx", url: "/v.onnx", size: 3 },
        { path: "v.onnx.json", url: "/v.onnx.json", size: 2 },
      ],
    }),
  gatewayFetch: ({ url }: Request) => Promise.resolve(new Response(url.endsWith(".json") ? "{}" : "abc")),
}));

let workers: FakeWorker[] = [];

class FakeWorker {
  onmessage: (event: { data: FromWorker }) => void = () => undefined;
  postMessage = vi.fn();
  terminate = vi.fn();
  constructor() {
    workers.push(this);
  }
}

beforeEach(() => {
  workers = [];
  vi.stubGlobal("Worker", FakeWorker);
});
afterEach(() => vi.unstubAllGlobals());

async function loading(signal: AbortSignal) {
  const loaded = BrowserVoice.load("v", () => undefined, signal);
  await vi.waitFor(() => expect(workers[0]?.postMessage).toHaveBeenCalled());
  const [worker] = workers;
  if (!worker) throw new Error("no worker");
  return { loaded, worker };
}

test("a worker that cannot load the voice is ended", async () => {
  const { loaded, worker } = await loading(new AbortController().signal);
  worker.onmessage({ data: { type: "failed", id: null, message: "no memory" } });
  await expect(loaded).rejects.toThrow("no memory");
  expect(worker.terminate).toHaveBeenCalled();
});

test("a voice that is ready after the page was left is ended", async () => {
  const controller = new AbortController();
  const { loaded, worker } = await loading(controller.signal);
  controller.abort();
  worker.onmessage({ data: { type: "loaded" } });
  await expect(loaded).rejects.toThrow();
  expect(worker.terminate).toHaveBeenCalled();
});

test("a voice that is loaded in time stays", async () => {
  const { loaded, worker } = await loading(new AbortController().signal);
  worker.onmessage({ data: { type: "loaded" } });
  await expect(loaded).resolves.toBeInstanceOf(BrowserVoice);
  expect(worker.terminate).not.toHaveBeenCalled();
});
