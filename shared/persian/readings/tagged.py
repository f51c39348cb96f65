"""A sentence whose words have classes: what the ezafe model and the rules beside it look at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from shared.persian.word_classes import WordClass, class_of


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """`words`: with the marks, as words of their own; `classes` and `stated` are in the same order.

    `stated`: whether the class comes from a lexicon, not from the `dictionary` of the model.
    """

    words: Sequence[str]
    classes: Sequence[WordClass]
    stated: Sequence[bool]
    dictionary: Mapping[str, WordClass]

    def word(self, index: int) -> str:
        """The word at `index`, or "" behind the end."""
        return self.words[index] if index < len(self.words) else ""

    def kind(self, index: int) -> str:
        """The part of speech of the word at `index`, or "" behind the end."""
        return self.classes[index].kind if index < len(self.words) else ""

    def kind_of_stem(self, stem: str) -> str:
        """The part of speech of a part of a word, by the dictionary."""
        return class_of(stem, self.dictionary).kind
