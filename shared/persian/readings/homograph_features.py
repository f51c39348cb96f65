"""The context of a word as a set of features; training and the front-end share it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from shared.persian.letters import ZWNJ

WINDOW = 12
"""Words on each side that count as context; a bound, so that a long text costs linear time."""
BOUNDARY = "|"
"""The neighbour at the edge of a sentence, or a punctuation mark."""

ANYWHERE = "B"
"""Starts the features of words that are near, in any place."""

_PREFIXES = frozenset({"می", "نمی"})
_SIGNS = dict.fromkeys(map(ord, "\u064b\u064c\u064d\u064e\u064f\u0650\u0651\u0652\u0654\u0640"))
_SPELLINGS = _SIGNS | str.maketrans("أآؤئيك", "ااوییک")
_ENDINGS = ("هایی", "های", "ها", "ترین", "تر", "ان", "ات", "ی")
_SHORTEST_STEM = 3  # letters; shorter ones would merge unrelated words


def context_features(words: Sequence[str], index: int) -> frozenset[str]:
    """Features of the word at `index`.

    `L…` and `R…`: its neighbours; `B…`: a stem within `WINDOW` words; `E01`: it is not the first word but the last.
    """
    before = [_plain(word) for word in words[max(0, index - WINDOW) : index]]
    after = [_plain(word) for word in words[index + 1 : index + 1 + WINDOW]]
    features = {ANYWHERE + _stem(word) for part in (before, after) for word in part if word != BOUNDARY}
    features.add("L" + (before[-1] if before else BOUNDARY))
    features.add("R" + (after[0] if after else BOUNDARY))
    first = all(word == BOUNDARY for word in before)
    last = all(word == BOUNDARY for word in after)
    features.add(f"E{first:d}{last:d}")
    return frozenset(features)


@lru_cache(maxsize=4096)
def _plain(word: str) -> str:
    """The word without vowel signs and without the endings behind a ZWNJ."""
    if not any(character.isalnum() for character in word):
        return BOUNDARY
    head, *endings = word.translate(_SPELLINGS).split(ZWNJ)
    return head + endings[0] if endings and head in _PREFIXES else head


@lru_cache(maxsize=4096)
def _stem(word: str) -> str:
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= _SHORTEST_STEM:
            return word[: -len(ending)]
    return word
