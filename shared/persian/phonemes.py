"""IPA of a sentence, with its punctuation: pauses and questions are spoken too."""

from __future__ import annotations

import re

from shared.persian.espeak import espeak
from shared.persian.punctuation import MARKS

# espeak-ng announces a change of language inside a text, as in (en)həlˈəʊ(fa).
_LANGUAGE_SWITCH = re.compile(r"\([a-z][a-z-]{1,15}\)")
_MARK = re.compile(rf"([{MARKS}\n])(?![A-Za-z0-9/])")
_WORD = re.compile(r"\w")


def to_phonemes(sentence: str) -> str:
    """IPA of a normalized sentence. espeak-ng drops marks, so it reads what stands between them.

    ق and غ come out as `q1`: the digit is part of espeak-ng's phoneme name and belongs in a voice's symbols.
    """
    spoken: list[str] = []
    for index, part in enumerate(_MARK.split(sentence)):
        if index % 2:
            spoken.append("," if part == "\n" else part)
        elif _WORD.search(part):
            ipa = _LANGUAGE_SWITCH.sub("", espeak().phonemes(part.strip()))
            spoken.append(f" {ipa}")
    return "".join(spoken).strip()
