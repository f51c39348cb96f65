import { expect, test } from "vitest";
import { SpeedMeter } from "./speed";

test("the speed is that of the last seconds", () => {
  const meter = new SpeedMeter();
  expect(meter.speed).toBe(0);
  meter.add(0, 0);
  meter.add(1000, 1000);
  expect(meter.speed).toBe(1000);
  for (let second = 2; second <= 12; second++) meter.add(second * 1000, 1000 + (second - 1) * 100);
  expect(meter.speed).toBe(100);
});

test("an upload that starts again is not faster than nothing", () => {
  const meter = new SpeedMeter();
  meter.add(0, 500);
  meter.add(1000, 100);
  expect(meter.speed).toBe(0);
});
