"""Plans a render: its sentences, pauses and chapters. The same text gives the same plan, so an attempt can resume."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from services.synth.longform.chapters import Chapter, split_chapters
from shared.contracts.errors import TooLarge, Validation
from shared.persian.frontend import Frontend

_SENTENCE_PAUSE_S, _TITLE_PAUSE_S, _CHAPTER_PAUSE_S = 0.3, 0.8, 1.5
# Characters; 0.1 s of work for the front-end. Between two blocks other threads get the interpreter.
_BLOCK = 20_000
MOST_CHARACTERS = 8_000_000
"""With numbers as words and the lexicon's readings: a lexicon of one line makes 50 characters of each."""


@dataclass(frozen=True, slots=True)
class PlannedSentence:
    """One sentence; `pause`: the silence after it, in seconds; `chapter` counts from 0."""

    chapter: int
    text: str
    pause: float


@dataclass(slots=True)
class RenderPlan:
    """`skipped`: the number of characters in blocks without speakable text."""

    titles: list[str] = field(default_factory=list)
    lines: list[PlannedSentence] = field(default_factory=list)
    skipped: int = 0

    @property
    def characters(self) -> int:
        """The number of characters of the sentences, with numbers as words."""
        return sum(len(line.text) for line in self.lines)

    def digest(self) -> str:
        """A hash of the sentences, chapters and pauses."""
        lines = [[line.chapter, line.text, line.pause] for line in self.lines]
        return hashlib.sha256(json.dumps(lines, ensure_ascii=False).encode()).hexdigest()


def make_plan(frontend: Frontend, text: str, check: Callable[[], None], most: int = MOST_CHARACTERS) -> RenderPlan:
    """The plan of a text. Blocking: about ten seconds for a book; calls `check` between blocks.

    Raises `Validation` for a text without speakable characters, `TooLarge` for more than `most` as they are read aloud,
    and the errors of `check`.
    """
    plan = RenderPlan()
    left = _Left(most)
    for chapter in split_chapters(text):
        _add(plan, frontend, chapter, check, left)
    if not plan.lines:
        raise Validation(
            "There is no Persian letter and no number in the text.", hint="Write the text in Persian script."
        ).about("input")
    plan.lines[-1] = PlannedSentence(plan.lines[-1].chapter, plan.lines[-1].text, 0.0)
    return plan


@dataclass(slots=True)
class _Left:
    """The characters that the plan may still have."""

    most: int
    used: int = 0

    def take(self, sentences: list[str]) -> list[str]:
        self.used += sum(map(len, sentences))
        if self.used > self.most:
            raise TooLarge(
                f"The text has more than {self.most:,} characters as it is read aloud.", hint="Split it."
            ).about("input")
        return sentences


def _add(plan: RenderPlan, frontend: Frontend, chapter: Chapter, check: Callable[[], None], left: _Left) -> None:
    number = len(plan.titles)
    title = left.take(_sentences(frontend, chapter.title))
    body: list[str] = []
    for block in _blocks(chapter.text):
        check()
        sentences = left.take(_sentences(frontend, block))
        plan.skipped += len(block.strip()) if not sentences else 0
        body += sentences
    if not title and not body:
        return
    plan.titles.append(chapter.title)
    plan.lines += [PlannedSentence(number, sentence, _SENTENCE_PAUSE_S) for sentence in title[:-1]]
    plan.lines += [PlannedSentence(number, sentence, _TITLE_PAUSE_S) for sentence in title[-1:]]
    plan.lines += [PlannedSentence(number, sentence, _SENTENCE_PAUSE_S) for sentence in body]
    plan.lines[-1] = PlannedSentence(number, plan.lines[-1].text, _CHAPTER_PAUSE_S)


def _sentences(frontend: Frontend, text: str) -> list[str]:
    try:
        return frontend.sentences(text)
    except Validation:
        return []


def _blocks(text: str) -> Iterator[str]:
    """Split after a line, else after a sentence, else at a space; within a word only if it is longer than a block."""
    start = 0
    while start < len(text):
        end = start + _BLOCK
        if end < len(text):
            cuts = (text.rfind(mark, start, end) + len(mark) for mark in ("\n", ". ", " "))
            end = next((cut for cut in cuts if cut > start), end)
        yield text[start:end]
        start = end
