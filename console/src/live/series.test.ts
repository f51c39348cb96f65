import { expect, test } from "vitest";
import { Series } from "./series";

test("live points that overtake the answer which fills the gap lose nothing", () => {
  const series = new Series();
  series.add([{ step: 10, loss: 3 }]);
  series.add([{ step: 40, loss: 1 }]); // live, after a reconnect
  series.add([
    { step: 20, loss: 2.5 },
    { step: 30, loss: 2 },
    { step: 40, loss: 1 },
  ]); // the answer of metrics?from=11
  expect(series.steps).toEqual([10, 20, 30, 40]);
  expect(series.values.loss).toEqual([3, 2.5, 2, 1]);
});

test("a step that comes twice is there once, and keeps the keys of both", () => {
  const series = new Series();
  series.add([{ step: 10, loss: 3 }]);
  series.add([{ step: 10, val_loss: 4 }]);
  expect(series.steps).toEqual([10]);
  expect(series.values).toEqual({ loss: [3], val_loss: [4] });
});

test("a key that begins late or is missing at a step has null there", () => {
  const series = new Series();
  series.add([
    { step: 1, loss: 3 },
    { step: 2, loss: 2, mel: 9 },
    { step: 3, mel: 8 },
  ]);
  series.add([{ step: 0, mel: 1 }]);
  expect(series.steps).toEqual([0, 1, 2, 3]);
  expect(series.values.loss).toEqual([null, 3, 2, null]);
  expect(series.values.mel).toEqual([1, null, 9, 8]);
});

test("times and other words are no values", () => {
  const series = new Series();
  series.add([{ step: 1, time: "2026-11-28T10:00:00Z", loss: null }]);
  expect(series.keys()).toEqual(["loss"]);
});

test("columns of the gateway leave what live points have brought", () => {
  const series = new Series();
  series.add([{ step: 20, loss: 2, val_loss: 5 }]);
  series.addColumns([10, 20], { loss: [3, 2.5], val_loss: [null, null] });
  expect(series.steps).toEqual([10, 20]);
  expect(series.values).toEqual({ loss: [3, 2.5], val_loss: [null, 5] });
});

test("thinner rows of the store replace those before their last, newer live ones stay", () => {
  const series = new Series();
  series.add([1, 2, 3, 4, 5, 6].map((step) => ({ step, loss: step })));
  series.add([{ step: 6, late: 1 }]);
  series.renew([1, 4], { loss: [1, 4], val_loss: [null, 9] });
  expect(series.steps).toEqual([1, 4, 5, 6]);
  expect(series.values).toEqual({
    loss: [1, 4, 5, 6],
    val_loss: [null, 9, null, null],
    late: [null, null, null, 1],
  });
  series.add([{ step: 7, loss: 7 }]);
  expect(series.values.loss).toEqual([1, 4, 5, 6, 7]);
});
