import { expect, test, vi } from "vitest";
import { PairPlayer } from "./pairPlayer";

test("a recording that cannot be decoded leaves no audio device open", async () => {
  const close = vi.fn(() => Promise.resolve());
  vi.stubGlobal(
    "AudioContext",
    class {
      decodeAudioData = () => Promise.reject(new Error("no sound"));
      close = close;
    },
  );
  const recording = new Blob(["x"]);
  await expect(PairPlayer.decode({ A: recording, B: recording })).rejects.toThrow("no sound");
  expect(close).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
