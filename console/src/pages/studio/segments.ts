import type { TimedSentence } from "./speechStream";

interface Segment {
  text: string;
  /** The index of the word in the sentence's times, −1 for signs and spaces between words. */
  word: number;
}

/**
 * The sentence as it is written, cut at its words. Where a word is not written as it is spoken (a number), the words
 * themselves are shown.
 */
export function segments({ text, words }: Pick<TimedSentence, "text" | "words">): Segment[] {
  const found: Segment[] = [];
  let at = 0;
  for (const [i, { word }] of words.entries()) {
    const start = text.indexOf(word, at);
    if (start < 0 || word === "") {
      return words.flatMap((each, j) => [
        { text: each.word, word: j },
        { text: " ", word: -1 },
      ]);
    }
    if (start > at) found.push({ text: text.slice(at, start), word: -1 });
    found.push({ text: word, word: i });
    at = start + word.length;
  }
  if (at < text.length) found.push({ text: text.slice(at), word: -1 });
  return found;
}
