import type { Histogram } from "../../api/schema";

export interface Bar {
  from: number;
  to: number;
  count: number;
  /** 0 to 1, of the highest bar. */
  height: number;
}

/** The bars of a histogram; none when it is empty or torn. */
export function barsOf({ edges = [], counts = [] }: Histogram): Bar[] {
  const highest = Math.max(...counts, 0);
  if (highest === 0 || edges.length !== counts.length + 1) return [];
  return counts.map((count, i) => ({
    from: edges[i] ?? 0,
    to: edges[i + 1] ?? 0,
    count,
    height: count / highest,
  }));
}
