"""Loads the scorer of a set of sentences with reference phonemes: `DIR/score.py`, which is not part of this project."""

from __future__ import annotations

import importlib.util
import re
from functools import lru_cache
from pathlib import Path
from typing import Protocol, cast

_SPOKEN = re.compile(r"[^\w\s\u0300-\u036f]")
_SET = "farsdat"


class Score(Protocol):
    def add(self, hypothesis: str, reference: str, text: str = "") -> None: ...

    def row(self) -> dict[str, float | str]:
        """PER, WER, and precision (ezP), recall (ezR) and F1 (ezF) of the ezafes, in percent."""


class Scorer(Protocol):
    """The functions of `score.py`. Letters: its own notation of phonemes, one letter each."""

    def Score(self) -> Score: ...  # noqa: N802 # the scorer's own name

    def load(self, name: str) -> list[tuple[str, str]]: ...

    def from_ipa(self, ipa: str) -> str: ...

    def simp(self, letters: str) -> str: ...

    def align(self, spoken: list[str], expected: list[str]) -> list[tuple[int, int, int, int]]:
        """Spans of words that belong together: start and end among the spoken, start and end among the expected."""


def load_scorer(folder: Path) -> Scorer:
    """Raises `SystemExit` if there is no `score.py`. Its edit distance is cached: it compares the same words often."""
    spec = importlib.util.spec_from_file_location("score", folder / "score.py")
    if spec is None or spec.loader is None:
        raise SystemExit(f"There is no score.py in {folder}.")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module)["ed"] = lru_cache(maxsize=1_000_000)(vars(module)["ed"])
    return cast("Scorer", module)


def sentences_of(scorer: Scorer) -> list[tuple[str, str]]:
    """Text and reference phonemes of each sentence."""
    return scorer.load(_SET)


def score(scorer: Scorer, references: list[tuple[str, str]], spoken: list[str]) -> dict[str, float | str]:
    """The figures of one system; `spoken`: its IPA of each sentence."""
    total = scorer.Score()
    for (text, reference), ipa in zip(references, spoken, strict=True):
        total.add(scorer.from_ipa(_SPOKEN.sub(" ", ipa)), reference, text)
    return total.row()
