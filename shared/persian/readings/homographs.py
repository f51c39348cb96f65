"""Chooses the reading of a homograph by its context: «کرم» is karam, kerm or kerem.

espeak-ng has one reading a word, which is the right one in most natural sentences. A naive Bayes model for each word
overrides it only if the log-odds of another reading exceed the word's gate. `tools.readings.homographs` makes the
weights in `homographs.tsv`; lines of that file, with fields separated by tabs:

    # key: value                              the header
    word gate default ipa bias ipa bias …     gate and bias in tenths of a natural logarithm
    + feature feature … weight weight …       the features of one weight for each `ipa`: log-odds against the default
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from shared.persian.letters import HAMZA_ABOVE
from shared.persian.readings.homograph_features import context_features

WEIGHTS = Path(__file__).with_name("homographs.tsv")
FEATURE = "+"
"""Starts the line of a feature."""
FOREVER = -1_000
"""A gate that is always open: espeak-ng's default is no reading of the word."""


@dataclass(frozen=True, slots=True)
class HomographModel:
    """The readings of one word. `gate`, `biases` and `weights` are log-odds in tenths."""

    gate: int
    default: str
    ipa: tuple[str, ...]
    biases: tuple[int, ...]
    weights: dict[str, tuple[int, ...]] = field(default_factory=dict)

    def choose(self, features: Iterable[str]) -> str | None:
        """The reading whose log-odds exceed the gate, or None for the default."""
        scores = list(self.biases)
        for feature in features:
            for place, weight in enumerate(self.weights.get(feature, ())):
                scores[place] += weight
        best = max(scores, default=self.gate)
        return self.ipa[scores.index(best)] if best > self.gate else None


def parse_models(lines: Iterable[str]) -> dict[str, HomographModel]:
    """Read the lines of a weights file."""
    models: dict[str, HomographModel] = {}
    weights: dict[str, tuple[int, ...]] = {}
    for line in lines:
        first, *fields = line.rstrip("\n").split("\t")
        if first == FEATURE:
            weights.update(dict.fromkeys(fields[0].split(" "), tuple(map(int, fields[1:]))))
        elif not first.startswith("#"):
            gate, default, *readings = fields
            weights = {}
            models[first] = HomographModel(
                int(gate), default, tuple(readings[::2]), tuple(map(int, readings[1::2])), weights
            )
    return models


@lru_cache(maxsize=1)
def _models() -> dict[str, HomographModel]:
    with WEIGHTS.open(encoding="utf-8") as lines:
        return parse_models(lines)


def homograph_ipa(words: Sequence[str], index: int) -> str | None:
    """IPA of the word at `index` in the symbols of espeak-ng's `fa`, or None to leave the word to espeak-ng.

    `words`: the tokens of one sentence; punctuation marks are tokens. A word without context stays at the default.
    """
    model = _models().get(words[index].removesuffix(HAMZA_ABOVE))
    return model.choose(context_features(words, index)) if model and model.ipa else None


def known_readings(word: str) -> tuple[str, ...]:
    """IPA of every known reading of a bare word, the most common one first; empty for a word that is no homograph."""
    model = _models().get(word.removesuffix(HAMZA_ABOVE))
    return () if model is None else tuple(ipa for ipa in (model.default, *model.ipa) if ipa)
