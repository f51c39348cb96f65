const PERIOD_MS = 250; // four updates a second look live; more only cost frames

/** Collects values by key and hands over the newest of each, at most four times a second. */
export class Batch<T> {
  private waiting = new Map<string, T>();
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly flush: (values: T[]) => void) {}

  put(key: string, value: T): void {
    this.waiting.delete(key); // the order is that of the newest
    this.waiting.set(key, value);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      const values = [...this.waiting.values()];
      this.waiting = new Map();
      this.flush(values);
    }, PERIOD_MS);
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.waiting.clear();
  }
}
