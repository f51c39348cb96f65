/** A blind comparison: which source is behind A and which behind B is decided by chance and said after the vote. */

export type Letter = "A" | "B";
export type Vote = Letter | "equal";

export interface Round<T> {
  A: T;
  B: T;
}

/** `chance`: 0 to 1. */
export function shuffled<T>(first: T, second: T, chance: number): Round<T> {
  return chance < 0.5 ? { A: first, B: second } : { A: second, B: first };
}

/** Votes by source. A tie counts for none. */
export function tally(votes: readonly { winner: string | null }[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { winner } of votes) if (winner !== null) counts[winner] = (counts[winner] ?? 0) + 1;
  return counts;
}
