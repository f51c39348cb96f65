"""The ezafe model: logistic regression over `ezafe_features`, with the weights of `ezafe.txt.gz`.

The file has three parts, each after a blank line: a header `name: value`; `feature<TAB>weight`, in hundredths; and
`class<TAB>word word …`. `tools/readings/ezafe.py` writes it.
"""

from __future__ import annotations

import gzip
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from shared.persian.readings.ezafe_features import MARK_CLASSES, features
from shared.persian.readings.tagged import TaggedSentence
from shared.persian.word_classes import WordClass, class_of, parse_class

WEIGHTS = Path(__file__).with_name("ezafe.txt.gz")


@dataclass(frozen=True, slots=True)
class EzafeModel:
    header: dict[str, str]
    weights: dict[str, int]
    classes: dict[str, WordClass]

    def tag(self, words: Sequence[str], stated: Sequence[WordClass | None] = ()) -> TaggedSentence:
        """The sentence of these words with the model's classes, or the stated ones where they are not None."""
        classes = [MARK_CLASSES.get(word) or class_of(word, self.classes) for word in words]
        given = [*stated, *([None] * (len(words) - len(stated)))]
        chosen = [own or known for own, known in zip(given, classes, strict=True)]
        return TaggedSentence(words, chosen, [own is not None for own in given], self.classes)

    def ezafes(
        self, sentence: TaggedSentence, allowed: Callable[[TaggedSentence, int], bool] = lambda *_: True
    ) -> list[bool]:
        """Whether a reader says an ezafe after each word.

        Args:
            allowed: whether the word at an index may have one; without it the model is not asked.
        """
        words, classes, get = sentence.words, sentence.classes, self.weights.get
        return [
            word not in MARK_CLASSES
            and allowed(sentence, index)
            and sum([get(name, 0) for name in features(words, classes, index)]) > 0
            for index, word in enumerate(words)
        ]


@lru_cache(maxsize=1)
def ezafe_model() -> EzafeModel:
    """The model of this release; loaded once, in some 50 ms."""
    return parse_model(gzip.decompress(WEIGHTS.read_bytes()).decode())


def parse_model(text: str) -> EzafeModel:
    """Raises `ValueError` for a text of another form."""
    header, weights, classes = text.split("\n\n")
    return EzafeModel(
        dict(line.split(": ", 1) for line in header.splitlines()),
        {name: int(weight) for name, _, weight in (line.partition("\t") for line in weights.splitlines())},
        {
            word: parsed
            for code, _, words in (line.partition("\t") for line in classes.splitlines())
            for parsed in [parse_class(code)]
            for word in words.split(" ")
        },
    )


def model_text(model: EzafeModel) -> str:
    """The text of the model's file, sorted."""
    by_class: dict[str, list[str]] = {}
    for word, known in sorted(model.classes.items()):
        code = ",".join((known.code, known.right, known.right2, known.left, known.left2))
        by_class.setdefault(code, []).append(word)
    parts = (
        [f"{name}: {value}" for name, value in model.header.items()],
        [f"{name}\t{weight}" for name, weight in sorted(model.weights.items())],
        [f"{code}\t{' '.join(words)}" for code, words in sorted(by_class.items())],
    )
    return "\n\n".join("\n".join(part) for part in parts) + "\n"
