"""SubRip (.srt) and WebVTT (.vtt) from the times of the sentences. A sentence is one cue, a long one several."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LINE = 42
"""Characters in a line; with two lines per cue, the usual limit of television subtitles."""

_MAX_CUE_CHARACTERS = 2 * LINE
_BREAKS = re.compile(r"(?<=[،,:;؛.!?؟…])\s+")


@dataclass(frozen=True, slots=True)
class Cue:
    """Times in seconds from the beginning of the file; one or two `lines`."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues_of(sentences: Iterable[tuple[str, float, float]]) -> Iterator[Cue]:
    """The cues of sentences given as (text, start, end). The parts of a sentence share its time by their characters."""
    for text, start, end in sentences:
        parts = split_cue(text)
        total = sum(len(part) for part in parts)
        at = start
        done = 0
        for part in parts:
            done += len(part)
            until = end if done == total else start + (end - start) * done / total
            yield Cue(at, until, wrap(part))
            at = until


def split_cue(text: str) -> list[str]:
    """Split a text into parts of at most two lines, after punctuation if possible, as few as needed."""
    if len(text) <= _MAX_CUE_CHARACTERS:
        return [text]
    parts: list[str] = []
    for clause in _BREAKS.split(text):
        # The first line may end one word early, so a text of two full lines may need three.
        for segment in _evenly(clause, _MAX_CUE_CHARACTERS - LINE // 4):
            if parts and len(parts[-1]) + 1 + len(segment) <= _MAX_CUE_CHARACTERS - LINE // 4:
                parts[-1] += f" {segment}"
            else:
                parts.append(segment)
    return parts


def wrap(text: str) -> tuple[str, ...]:
    """Split a text into one line, or two of about the same length."""
    if len(text) <= LINE:
        return (text,)
    spaces = [index for index, character in enumerate(text) if character == " "]
    if not spaces:
        return (text,)
    middle = min(spaces, key=lambda space: abs(len(text) - 1 - 2 * space))
    return (text[:middle], text[middle + 1 :])


def to_srt(cues: Iterable[Cue]) -> str:
    """The cues as a SubRip file."""
    blocks = (
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{chr(10).join(cue.lines)}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def to_vtt(cues: Iterable[Cue]) -> str:
    """The cues as a WebVTT file."""
    blocks = (
        f"{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}\n"
        f"{chr(10).join(html.escape(line, quote=False) for line in cue.lines)}\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _evenly(text: str, longest: int) -> list[str]:
    """Split at spaces into the fewest parts, of about the same length."""
    count = -(-len(text) // longest)
    words, parts = text.split(" "), [""]
    for word in words:
        longer = f"{parts[-1]} {word}".strip()
        if parts[-1] and (len(longer) > longest or len(longer) > len(text) / count + len(word) / 2):
            parts.append(word)
        else:
            parts[-1] = longer
    return parts


def _stamp(seconds: float, point: str) -> str:
    milliseconds = round(seconds * 1000)
    minutes, rest = divmod(milliseconds, 60_000)
    hours, minutes = divmod(minutes, 60)
    return f"{hours:02}:{minutes:02}:{rest // 1000:02}{point}{rest % 1000:03}"
