/** The log of one run: stored lines and live ones by number, without a gap. */

import type { LogLineView } from "../../../api/schema";
import { Batch } from "../../../live/batch";
import type { LiveEvent } from "../../../live/messages";
import type { Listener } from "../../../live/socket";
import { EventGaps } from "./eventGaps";

export type Level = LogLineView["level"];
export const LEVELS: readonly Level[] = ["debug", "info", "warning", "error"];

export class RunLog implements Listener {
  lines: LogLineView[] = [];
  loaded = false;
  error: unknown = null;
  version = 0;

  private readonly gaps = new EventGaps();
  private readonly watchers = new Set<() => void>();
  private readonly batch = new Batch<null>(() => this.changed());

  constructor(private readonly read: (after: number) => Promise<LogLineView[]>) {}

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.gaps.stop();
    };
  };

  readonly onEvent = (event: LiveEvent): void => {
    const missed = this.gaps.before(event);
    if (event.type === "log") {
      this.lines = mergeLines(this.lines, event.data.lines);
      this.batch.put("", null);
    }
    if (missed) this.onSubscribed();
  };

  readonly onSubscribed = (): void => this.gaps.close(this.fill);

  /** Read what follows the last line before the first missing one. */
  readonly fill = async (): Promise<void> => {
    try {
      this.lines = mergeLines(this.lines, await this.read(lastComplete(this.lines)));
      this.loaded = true;
      this.error = null;
    } catch (error) {
      if (!this.loaded) this.error = error;
    }
    this.changed();
  };

  private changed(): void {
    this.version += 1;
    this.watchers.forEach((watcher) => watcher());
  }
}

/** Both by `seq`, each line once. */
export function mergeLines(old: readonly LogLineView[], added: readonly LogLineView[]): LogLineView[] {
  const last = old.at(-1)?.seq ?? 0;
  if (added.every((line, i) => line.seq > (added[i - 1]?.seq ?? last))) return [...old, ...added];
  const bySeq = new Map([...old, ...added].map((line) => [line.seq, line]));
  return [...bySeq.values()].sort((a, b) => a.seq - b.seq);
}

/** The number of the last line before the first missing one. Numbers begin at 1. */
export function lastComplete(lines: readonly LogLineView[]): number {
  const hole = lines.findIndex((line, i) => line.seq !== i + 1);
  return hole < 0 ? lines.length : hole;
}

/** Lines of at least a level that contain a text, whatever its case. */
export function chosenLines(lines: readonly LogLineView[], level: Level, search: string): LogLineView[] {
  const least = LEVELS.indexOf(level);
  const part = search.trim().toLowerCase();
  return lines.filter(
    (line) => LEVELS.indexOf(line.level) >= least && (!part || line.message.toLowerCase().includes(part)),
  );
}

export function logText(lines: readonly LogLineView[]): string {
  return lines.map((line) => `${line.time}  ${line.level.padEnd(7)} ${line.message}\n`).join("");
}
