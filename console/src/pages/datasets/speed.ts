const WINDOW_MS = 5000; // long enough to be calm, short enough to follow a line that slows down

/** Bytes a second over the last seconds. */
export class SpeedMeter {
  private points: { time: number; bytes: number }[] = [];

  /** `bytes`: sent so far; `time` in ms. */
  add(time: number, bytes: number): void {
    this.points.push({ time, bytes });
    const old = this.points.findIndex((point) => point.time >= time - WINDOW_MS);
    this.points.splice(0, Math.max(0, old - 1)); // one point before the window: a span of its whole length
  }

  get speed(): number {
    const [first, last] = [this.points[0], this.points.at(-1)];
    if (!first || !last || last.time <= first.time) return 0;
    return Math.max(0, ((last.bytes - first.bytes) * 1000) / (last.time - first.time));
  }
}
