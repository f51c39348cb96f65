"""Distils the tagger's knowledge of single words into the few symbols of a `WordClass`."""

from __future__ import annotations

import re

from shared.persian.letters import LETTERS, TANWIN, ZWNJ
from shared.persian.word_classes import WordClass
from tools.readings.tagger import Floats, Tagger, affix_observations

# The tagger's parts of speech; of a pair with and without ezafe one letter.
_KINDS = {
    "N": "N", "Ne": "N", "AJ": "A", "AJe": "A", "V": "V", "ADV": "D", "ADVe": "D", "P": "P", "Pe": "E",
    "CONJ": "C", "CONJe": "C", "DET": "T", "DETe": "T", "NUM": "M", "NUMe": "M", "PRO": "R", "PROe": "R",
    "POSTP": "O", "PUNC": ".", "CL": "L", "INT": "I", "RES": "X", "RESe": "X",
}  # fmt: skip
_GRADED = frozenset("NAMXRTD")
"""Kinds with and without ezafe: their code has the word's own tendency."""
_WORD = re.compile(f"[{LETTERS}{TANWIN}{ZWNJ}]+")
_LEAST = 2.0
"""The least strength of a word's weights. Weaker words behave like unknown ones: 128,000 words become 42,000."""
_MOST = 3


def word_classes(tagger: Tagger) -> dict[str, WordClass]:
    """The classes of all words on which the tagger has a firm opinion."""
    classes = {}
    for name in sorted(tagger.offsets):
        if name.startswith(b"u:w="):
            word = name.removeprefix(b"u:w=").decode()
            if _WORD.fullmatch(word) and (found := _class(tagger, word)):
                classes[word] = found
    return classes


def _class(tagger: Tagger, word: str) -> WordClass | None:
    encoded = word.encode()
    places = (b"u:wr=", b"u:wrr=", b"u:wl=", b"u:wll=")
    effects = [_noun_odds(tagger, tagger.weights(place + encoded)) for place in places]
    strength = float((tagger.weights(b"u:w=" + encoded) ** 2).sum()) ** 0.5
    if max(strength, *map(abs, effects)) <= _LEAST:
        return None
    weights = sum((tagger.weights(name) for name in affix_observations(encoded)), 0 * tagger.weights(b""))
    kind = _KINDS[tagger.labels[int(weights.argmax())]]
    own = max(_of(tagger, weights, "Ne", "AJe")) - max(_of(tagger, weights, "N", "AJ"))
    code = kind + _step(own / 2) if kind in _GRADED else kind
    right, right2, left, left2 = (_step(effect) for effect in effects)
    return WordClass(kind, code, right, right2, left, left2)


def _noun_odds(tagger: Tagger, weights: Floats) -> float:
    """The log odds that a noun has an ezafe."""
    with_ezafe, without = _of(tagger, weights, "Ne", "N")
    return with_ezafe - without


def _of(tagger: Tagger, weights: Floats, *labels: str) -> list[float]:
    return [float(weights[tagger.labels.index(label)]) for label in labels]


def _step(odds: float) -> str:
    return str(max(-_MOST, min(_MOST, round(odds))))
