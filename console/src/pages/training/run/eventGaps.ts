/** Where the events of one run leave a gap, and when its stored records have to be read to close it. */

import type { LiveEvent } from "../../../live/messages";

const AGAIN_MS = 2000; // an event is sent just before its records are stored: look once more

export class EventGaps {
  private revision: number | null = null;
  private ended = false;
  private readonly timers = new Set<ReturnType<typeof setTimeout>>();

  /** Take note of an event. True if one before it was not sent: each event of a job has the next revision. */
  before({ revision, final }: LiveEvent): boolean {
    const missed = this.revision !== null && revision > this.revision + 1;
    this.revision = Math.max(this.revision ?? 0, revision);
    this.ended = final;
    return missed;
  }

  /** Read now, and once more in a moment, unless the run has ended: its records are stored before its last event. */
  close(read: () => Promise<void>): void {
    void read();
    if (this.ended) return;
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      void read();
    }, AGAIN_MS);
    this.timers.add(timer);
  }

  /** Nobody looks any more, and the run may be deleted next: do not read again. */
  stop(): void {
    this.timers.forEach(clearTimeout);
    this.timers.clear();
  }
}
