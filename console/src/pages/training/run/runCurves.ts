/** The curves of one run: stored points and live ones, none lost, none twice. */

import type { Part } from "../../../api/training";
import { Batch } from "../../../live/batch";
import type { LiveEvent } from "../../../live/messages";
import { Series } from "../../../live/series";
import type { Listener } from "../../../live/socket";
import { EventGaps } from "./eventGaps";

interface Columns {
  steps: number[];
  values: Record<string, (number | null)[]>;
}

const POINTS = 4000; // more than the pixels of any plot
const MOST = 2 * POINTS; // rows of a run that is watched for long: then the store gives fewer of the same steps

export class RunCurves implements Listener {
  readonly series = new Series();
  version = 0;
  loaded = false;
  error: unknown = null;

  /** Up to this step nothing is missing. */
  private complete = -1;
  private gap = true;
  private thinned = false;
  private renewing = false;
  private readonly gaps = new EventGaps();
  private readonly watchers = new Set<() => void>();
  private readonly batch = new Batch<null>(() => this.changed());

  constructor(private readonly read: (part: Part) => Promise<Columns>) {}

  readonly watch = (watcher: () => void): (() => void) => {
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
      if (this.watchers.size === 0) this.gaps.stop();
    };
  };

  readonly onEvent = (event: LiveEvent): void => {
    const missed = this.gaps.before(event);
    if (event.type === "metrics") {
      this.series.add(event.data.points);
      if (this.series.steps.length > MOST && !this.renewing) void this.renew();
      if (!this.gap && !missed) this.complete = Math.max(this.complete, this.series.last);
      this.batch.put("", null);
    }
    if (missed) this.catchUp();
  };

  readonly onSubscribed = (): void => this.catchUp();

  private catchUp(): void {
    const from = this.complete;
    this.gaps.close(() => this.fill(from));
  }

  /** Read what is after the last complete step. */
  readonly fill = async (after = this.complete): Promise<void> => {
    this.gap = true;
    try {
      const columns = await this.read({ from: after + 1, points: POINTS });
      this.thinned ||= columns.steps.length >= POINTS;
      this.series.addColumns(columns.steps, columns.values);
      this.loaded = true;
      this.error = null;
      this.gap = false;
      this.complete = Math.max(this.complete, columns.steps.at(-1) ?? -1);
    } catch (error) {
      if (!this.loaded) this.error = error;
    }
    this.changed();
  };

  private async renew(): Promise<void> {
    this.renewing = true;
    try {
      const columns = await this.read({ from: 0, points: POINTS });
      this.series.renew(columns.steps, columns.values);
      this.thinned = true;
      this.changed();
    } catch {
      // The next point asks again.
    }
    this.renewing = false;
  }

  /** More points of a part that a person has zoomed into. */
  readonly refine = async (from: number, to: number): Promise<void> => {
    if (!this.thinned) return;
    const columns = await this.read({ from: Math.max(0, Math.floor(from)), to: Math.ceil(to), points: POINTS });
    this.series.addColumns(columns.steps, columns.values);
    this.changed();
  };

  private changed(): void {
    this.version += 1;
    this.watchers.forEach((watcher) => watcher());
  }
}
