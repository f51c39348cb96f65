import type { TimedSentence } from "./speechStream";

export interface Heard {
  sentence: number;
  /** The index of the word, −1 where the voice knows no times of words. */
  word: number;
}

/** The sentence and the word that are heard at this second; null before the first. */
export function heardAt(sentences: readonly TimedSentence[], second: number): Heard | null {
  const sentence = sentences.findLastIndex(({ start }) => start <= second);
  const found = sentences[sentence];
  if (!found) return null;
  return { sentence, word: found.words.findLastIndex(({ start }) => start <= second) };
}
