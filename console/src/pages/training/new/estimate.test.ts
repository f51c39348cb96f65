import { expect, test } from "vitest";
import type { AssetView, TrainingView } from "../../../api/schema";
import { estimate } from "./estimate";

const config = { preset: "tiny", device: "auto", precision: "fp32", batch_size: 4, max_steps: 100, epochs: 0 };
const old = {
  id: "a",
  recipe: "vits",
  step: 60,
  throughput: 8,
  config,
  metrics: { memory_mb: 800 },
} as unknown as TrainingView;
const data = [{ details: { items: 40 } }] as AssetView[];

test("time follows from an earlier run's samples per second", () => {
  expect(estimate({ recipe: "vits", baseModel: null, config, datasets: data }, [old])).toMatchObject({
    seconds: 50,
    stepsPerEpoch: 10,
    memoryMb: 800,
    gpuMemoryMb: null,
    otherBatch: null,
  });
});

test("the first bound that is reached counts", () => {
  const found = estimate({ recipe: "vits", baseModel: null, config: { ...config, epochs: 2 }, datasets: data }, [old]);
  expect(found?.seconds).toBe(10);
});

test("another batch is said, for memory will differ", () => {
  const found = estimate({ recipe: "vits", baseModel: null, config: { ...config, batch_size: 8 }, datasets: [] }, [
    old,
  ]);
  expect(found).toMatchObject({ otherBatch: 4, stepsPerEpoch: null, seconds: 100 });
});

test("without a run of the same kind nothing is said", () => {
  expect(estimate({ recipe: "vits", baseModel: "x", config, datasets: data }, [old])).toBeNull();
  expect(
    estimate({ recipe: "vits", baseModel: null, config: { ...config, preset: "fast" }, datasets: data }, [old]),
  ).toBeNull();
  expect(estimate({ recipe: "vits", baseModel: null, config, datasets: data }, [])).toBeNull();
});
