/** Metric points of a run by step, from the store and from live events, each step once. */

export interface Point {
  step: number;
  [key: string]: number | string | null | undefined;
}

/** Columns for a plot: plain arrays outside React's state. `values[key][i]` is at `steps[i]`, null where it has none. */
export class Series {
  readonly steps: number[] = [];
  readonly values: Record<string, (number | null)[]> = {};

  get last(): number {
    return this.steps.at(-1) ?? 0;
  }

  keys(): string[] {
    return Object.keys(this.values);
  }

  /** Add points in any order. Of two at one step the later call wins, key by key. */
  add(points: readonly Point[]): void {
    for (const point of points) {
      const at = this.place(point.step);
      for (const [key, value] of Object.entries(point)) {
        if (key === "step" || (typeof value !== "number" && value !== null)) continue;
        this.column(key)[at] = value;
      }
    }
  }

  /** Add the gateway's columns, where null says that a key has no value at that step. */
  addColumns(steps: readonly number[], values: Readonly<Record<string, readonly (number | null)[]>>): void {
    const columns = Object.entries(values);
    steps.forEach((step, i) => {
      const at = this.place(step);
      for (const [key, column] of columns) {
        const value = column[i];
        if (value != null) this.column(key)[at] = value;
      }
    });
  }

  /** Replace all rows up to the last of the given steps, which are in order; newer rows stay. */
  renew(steps: readonly number[], values: Readonly<Record<string, readonly (number | null)[]>>): void {
    const last = steps.at(-1) ?? -1;
    const newer = this.steps.findIndex((step) => step > last);
    const from = newer < 0 ? this.steps.length : newer;
    for (const key of new Set([...this.keys(), ...Object.keys(values)])) {
      const given = steps.map((_, i) => values[key]?.[i] ?? null);
      this.values[key] = [...given, ...this.column(key).slice(from)];
    }
    this.steps.splice(0, from, ...steps);
  }

  private column(key: string): (number | null)[] {
    return (this.values[key] ??= this.steps.map(() => null));
  }

  /** The index of a step; a new one gets a row. Live points come at the end, late ones are looked for. */
  private place(step: number): number {
    let low = 0;
    let high = this.steps.length;
    if (high === 0 || step > this.last) {
      low = high;
    } else {
      while (low < high) {
        const middle = (low + high) >> 1;
        if ((this.steps[middle] ?? 0) < step) low = middle + 1;
        else high = middle;
      }
      if (this.steps[low] === step) return low;
    }
    if (low === this.steps.length) {
      this.steps.push(step);
      for (const column of Object.values(this.values)) column.push(null);
    } else {
      this.steps.splice(low, 0, step);
      for (const column of Object.values(this.values)) column.splice(low, 0, null);
    }
    return low;
  }
}
