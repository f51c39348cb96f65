"""The time of each word of a sentence, from the durations of its symbols."""

from __future__ import annotations

from collections.abc import Sequence

from services.synth.engines.protocol import WordAt


def words_at(sentence: str, counts: Sequence[int], symbols: str, durations: Sequence[float]) -> tuple[WordAt, ...]:
    """The words with their times. A word may be read as several.

    `counts`: of each word, the words that it is read as; `symbols`: those of the sentence; `durations`: the seconds of
    each. Empty if they do not match: espeak-ng joins some words across a space.
    """
    words = sentence.split()
    spans = _spans(symbols, durations)
    if len(counts) != len(words) or sum(counts) != len(spans):
        return ()
    result: list[WordAt] = []
    index = 0
    for word, count in zip(words, counts, strict=True):
        result.append(WordAt(word, round(spans[index][0], 3), round(spans[index + count - 1][1], 3)))
        index += count
    return tuple(result)


def _spans(symbols: str, durations: Sequence[float]) -> list[tuple[float, float]]:
    """Start and end of each run of symbols without a space."""
    spans: list[tuple[float, float]] = []
    now, start = 0.0, None
    for symbol, seconds in zip(symbols, durations, strict=True):
        if symbol.isspace():
            if start is not None:
                spans.append((start, now))
            start = None
        elif start is None:
            start = now
        now += seconds
    if start is not None:
        spans.append((start, now))
    return spans
