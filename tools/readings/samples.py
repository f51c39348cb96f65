"""Sentences with a homograph: labelled ones from HomoRich, and natural ones without a label."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from shared.persian.readings.homograph_features import context_features

_MARK = re.compile(r"([.,،؛:«»()!؟\"\[\]…])")
_FINAL_H = "هة"
_SHORTEST = 3  # letters of a reading without its ezafe


@dataclass(frozen=True, slots=True)
class Sample:
    """A homograph in a sentence. `reading`: in HomoRich's letters, without an ezafe. `bare`: without an ending."""

    word: str
    reading: str
    words: tuple[str, ...]
    index: int
    features: frozenset[str]

    @property
    def bare(self) -> bool:
        return self.words[self.index] == self.word

    def fold(self, folds: int) -> int:
        """A number below `folds`, the same for equal sentences."""
        return int.from_bytes(hashlib.sha256(" ".join(self.words).encode()).digest()[:8]) % folds


def without_ezafe(word: str, reading: str) -> str:
    """«مثل» is given as `mesle`: the ezafe is no part of the word."""
    bound = reading.endswith("e") and word[-1] not in _FINAL_H and len(reading) > _SHORTEST
    return reading[:-1] if bound else reading


def read_labelled(path: Path) -> list[Sample]:
    """Lines of word, reading, index of the token, tokens and origin."""
    samples = []
    for line in path.read_text(encoding="utf-8").splitlines():
        word, reading, place, text, _origin = line.split("\t")
        words, index = tuple(text.split(" ")), int(place)
        single = re.sub(r"(.)\1", r"\1", reading)
        features = context_features(words, index)
        samples.append(Sample(word, without_ezafe(word, single), words, index, features))
    return samples


def read_natural(path: Path, vocabulary: Collection[str]) -> dict[str, list[frozenset[str]]]:
    """The contexts of each word of the vocabulary in a text of one sentence a line."""
    contexts: dict[str, list[frozenset[str]]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        words = _MARK.sub(r" \1 ", line).split()
        for index, word in enumerate(words):
            if word in vocabulary:
                contexts[word].append(context_features(words, index))
    return dict(contexts)
