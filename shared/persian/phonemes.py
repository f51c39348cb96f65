"""IPA of a sentence, with its punctuation: pauses and questions are spoken too."""

from __future__ import annotations

import re

from shared.persian.espeak import espeak
from shared.persian.homographs import respell
from shared.persian.letters import HAMZA_ABOVE, LETTERS, TANWIN, ZWNJ
from shared.persian.lexicon import Lexicon
from shared.persian.punctuation import MARKS

# espeak-ng announces a change of language inside a text, as in (en)həlˈəʊ(fa).
_LANGUAGE_SWITCH = re.compile(r"\([a-z][a-z-]{1,15}\)")
_MARK = re.compile(rf"([{MARKS}\n])(?![A-Za-z0-9/])")
_WORD = re.compile(r"\w")
_TOKEN = re.compile(f"([{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ}]+)")
_EMPTY = Lexicon()


def to_phonemes(sentence: str, lexicon: Lexicon = _EMPTY) -> str:
    """IPA of a normalized sentence. espeak-ng drops punctuation, so it gets the clauses between the marks.

    ق and غ come out as `q1`: the digit is part of espeak-ng's phoneme name and belongs in a voice's symbols.
    """
    spoken: list[str] = []
    for index, part in enumerate(_MARK.split(sentence)):
        if index % 2:
            spoken.append("," if part == "\n" else part)
        elif _WORD.search(part):
            spoken.append(f" {_clause(part if lexicon.pronunciation('نه') else respell(part), lexicon)}")
    return "".join(spoken).strip()


def _clause(text: str, lexicon: Lexicon) -> str:
    """IPA of a clause: from the lexicon for its entries, from espeak-ng for the words between them."""
    if not lexicon.pronunciations:
        return _espeak(text)
    spoken, unread = [], []
    for token in _TOKEN.split(text):
        ipa = lexicon.pronunciation(token)
        if ipa is None:
            unread.append(token)
        else:
            spoken += [_espeak("".join(unread)), ipa]
            unread.clear()
    spoken.append(_espeak("".join(unread)))
    return " ".join(filter(None, spoken))


def _espeak(text: str) -> str:
    text = text.strip()
    return _LANGUAGE_SWITCH.sub("", espeak().phonemes(text)) if _WORD.search(text) else ""
