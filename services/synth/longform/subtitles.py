"""SubRip (.srt) and WebVTT (.vtt) out of what was said and when. A sentence is a cue; a long one is several."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

LINE = 42
"""Characters of a line, two lines at most: what subtitles for television are held to."""

_MAX_CUE_CHARACTERS = 2 * LINE
_BREAKS = re.compile(r"(?<=[،,:;؛.!?؟…])\s+")


@dataclass(frozen=True, slots=True)
class Cue:
    """Seconds from the beginning of the file; `lines` are one or two."""

    start: float
    end: float
    lines: tuple[str, ...]


def cues_of(sentences: Iterable[tuple[str, float, float]]) -> Iterator[Cue]:
    """Of each sentence, its start and its end. A part of a sentence gets the time that its characters take of it."""
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
    """Parts that fit into two lines each, cut behind a mark where there is one, and no shorter than needed."""
    if len(text) <= _MAX_CUE_CHARACTERS:
        return [text]
    parts: list[str] = []
    for clause in _BREAKS.split(text):
        # The first line may end early by a word: what two full lines could hold may need three.
        for segment in _evenly(clause, _MAX_CUE_CHARACTERS - LINE // 4):
            if parts and len(parts[-1]) + 1 + len(segment) <= _MAX_CUE_CHARACTERS - LINE // 4:
                parts[-1] += f" {segment}"
            else:
                parts.append(segment)
    return parts


def wrap(text: str) -> tuple[str, ...]:
    """One line, or two of about the same length."""
    if len(text) <= LINE:
        return (text,)
    places = [index for index, character in enumerate(text) if character == " "]
    if not places:
        return (text,)
    middle = min(places, key=lambda place: abs(len(text) - 1 - 2 * place))
    return (text[:middle], text[middle + 1 :])


def to_srt(cues: Iterable[Cue]) -> str:
    blocks = (
        f"{number}\n{_stamp(cue.start, ',')} --> {_stamp(cue.end, ',')}\n{chr(10).join(cue.lines)}\n"
        for number, cue in enumerate(cues, 1)
    )
    return "\n".join(blocks)


def to_vtt(cues: Iterable[Cue]) -> str:
    blocks = (
        f"{_stamp(cue.start, '.')} --> {_stamp(cue.end, '.')}\n"
        f"{chr(10).join(html.escape(line, quote=False) for line in cue.lines)}\n"
        for cue in cues
    )
    return "\n".join(["WEBVTT\n", *blocks])


def _evenly(text: str, longest: int) -> list[str]:
    """Cut at spaces into as few parts as will do, of about the same length."""
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
