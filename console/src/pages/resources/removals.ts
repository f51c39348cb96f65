/**
 * Removals that can be taken back: the requests go out some seconds later. They wait outside of the components, so
 * another page of the console does not stop them; closing the window does, and then nothing has been removed.
 */

export const DELAY_MS = 10_000;

export interface Removal {
  key: string;
  name: string;
}

export interface Outcome<T> {
  removed: T[];
  /** Bytes that are free again. */
  freed: number;
  failed: { item: T; error: unknown }[];
}

export interface Waiting<T> {
  items: readonly T[];
  /** When the requests go out, in ms of `now`; null: they are going out. */
  due: number | null;
}

export class Removals<T extends Removal> {
  private shown: Waiting<T> | null = null;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly watchers = new Set<() => void>();
  private onEnd: (outcome: Outcome<T>) => void = () => undefined;

  /** `remove` gives the bytes that it has freed. */
  constructor(
    private readonly remove: (item: T) => Promise<number>,
    private readonly now: () => number = Date.now,
  ) {}

  get waiting(): Waiting<T> | null {
    return this.shown;
  }

  watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => this.watchers.delete(watcher);
  };

  listen(onEnd: (outcome: Outcome<T>) => void): void {
    this.onEnd = onEnd;
  }

  /** Only while none waits: a second bunch would make two deadlines. */
  schedule(items: readonly T[]): void {
    if (this.shown || items.length === 0) return;
    this.set({ items, due: this.now() + DELAY_MS });
    this.timer = setTimeout(() => void this.send(items), DELAY_MS);
  }

  /** Take back what has not gone out. Whether there was something. */
  undo(): boolean {
    if (this.shown?.due == null) return false;
    clearTimeout(this.timer);
    this.set(null);
    return true;
  }

  private async send(items: readonly T[]): Promise<void> {
    this.set({ items, due: null });
    const outcome: Outcome<T> = { removed: [], freed: 0, failed: [] };
    for (const item of items) {
      try {
        outcome.freed += await this.remove(item);
        outcome.removed.push(item);
      } catch (error) {
        outcome.failed.push({ item, error });
      }
    }
    this.set(null);
    this.onEnd(outcome);
  }

  private set(waiting: Waiting<T> | null): void {
    this.shown = waiting;
    this.watchers.forEach((watcher) => watcher());
  }
}
