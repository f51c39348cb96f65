import { expect, test } from "vitest";
import { allPositive, isJudged, metricGroups } from "./metricGroups";

test("a value and its validation share a chart; losses come first, the machine last", () => {
  const keys = ["memory_mb", "cpu_percent", "val_loss", "loss", "loss_mel", "val_loss_mel", "loss_gen", "loss_disc"];
  expect(metricGroups([...keys, "learning_rate", "quality_per", "val_accuracy"])).toEqual([
    { id: "loss", keys: ["loss", "val_loss"] },
    { id: "loss_mel", keys: ["loss_mel", "val_loss_mel"] },
    { id: "adversarial", keys: ["loss_disc", "loss_gen"] },
    { id: "accuracy", keys: ["val_accuracy"] },
    { id: "quality_per", keys: ["quality_per"] },
    { id: "learning_rate", keys: ["learning_rate"] },
    { id: "load", keys: ["cpu_percent"] },
    { id: "memory", keys: ["memory_mb"] },
  ]);
});

test("a logarithmic axis needs positive values", () => {
  expect(allPositive([[1, null, 2]])).toBe(true);
  expect(allPositive([[1, 0]])).toBe(false);
});

test("a loss has a best value, a learning rate has none", () => {
  expect(["val_loss", "quality_per", "learning_rate", "cpu_percent", "step_time"].map(isJudged)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});
