import type { Range } from "./plot";

const ZOOM = 0.5;
const MOVE = 0.25;

/**
 * The range after a key: arrows move, + and − zoom, 0 and Escape show all. `undefined`: the key means nothing here.
 * `steps` is ascending.
 */
export function moveRange(key: string, range: Range | null, steps: readonly number[]): Range | null | undefined {
  const first = steps[0];
  const last = steps.at(-1);
  if (first === undefined || last === undefined || last <= first) return undefined;
  const { from, to } = range ?? { from: first, to: last };
  const width = to - from;
  switch (key) {
    case "ArrowLeft":
      return clamp(from - width * MOVE, width, first, last);
    case "ArrowRight":
      return clamp(from + width * MOVE, width, first, last);
    case "+":
    case "=":
      return clamp(from + (width * (1 - ZOOM)) / 2, Math.max(1, width * ZOOM), first, last);
    case "-":
      return clamp(from - width / 2, width / ZOOM, first, last);
    case "0":
    case "Escape":
      return range ? null : undefined;
    default:
      return undefined;
  }
}

function clamp(from: number, width: number, first: number, last: number): Range | null {
  if (width >= last - first) return null;
  const start = Math.min(Math.max(from, first), last - width);
  return { from: start, to: start + width };
}
