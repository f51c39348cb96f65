"""When each word of a sentence is said, from what each symbol of its reading lasts."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from services.synth.engines.protocol import WordAt


def words_at(sentence: str, read: Callable[[str], str], symbols: str, lasting: Sequence[float]) -> tuple[WordAt, ...]:
    """`symbols` is the sentence as `read` gives it, `lasting` the seconds of each; a word may be read as several.

    Empty where the words of the reading cannot be told apart: espeak-ng joins some across a space.
    """
    words = sentence.split()
    spans = _spans(symbols, lasting)
    counts = [max(1, len(read(word).split())) for word in words] if len(spans) != len(words) else [1] * len(words)
    if sum(counts) != len(spans):
        return ()
    found: list[WordAt] = []
    place = 0
    for word, count in zip(words, counts, strict=True):
        found.append(WordAt(word, round(spans[place][0], 3), round(spans[place + count - 1][1], 3)))
        place += count
    return tuple(found)


def _spans(symbols: str, lasting: Sequence[float]) -> list[tuple[float, float]]:
    """Start and end of each stretch without a space."""
    spans: list[tuple[float, float]] = []
    now, start = 0.0, None
    for symbol, seconds in zip(symbols, lasting, strict=True):
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
