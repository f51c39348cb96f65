"""Lexicons above one another: a request's over an account's over the installation's."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from shared.persian.lexicon import LONGEST, Lexicon


def layered(upper: Lexicon, lower: Lexicon) -> Lexicon:
    """Both lexicons as one; the upper takes precedence. The result has no chains, so `Lexicon.parse` accepts it.

    The lower one must not change the words of the upper's readings. The upper one does change the words of the lower's
    readings; an entry of the lower whose reading still has a word of the upper, or becomes too long, is dropped.
    """
    content = {*upper.respellings, *upper.pronunciations}
    content.update(part for reading in upper.respellings.values() for part in reading.split())
    pronunciations = {word: ipa for word, ipa in lower.pronunciations.items() if word not in content}
    respellings: dict[str, str] = {}
    for word, reading in lower.respellings.items():
        changed = upper.respell(reading)
        if word not in content and len(changed) <= LONGEST and not _has_entry(changed, upper):
            respellings[word] = changed
    return Lexicon(
        MappingProxyType(respellings | dict(upper.respellings)),
        MappingProxyType(pronunciations | dict(upper.pronunciations)),
    )


def _has_entry(reading: str, lexicon: Lexicon) -> bool:
    return any(part in lexicon.respellings or part in lexicon.pronunciations for part in reading.split())


def lexicon_text(lexicon: Lexicon) -> str:
    """The lexicon as the text of a file, sorted by word."""
    readings: Mapping[str, str] = {
        **lexicon.respellings,
        **{word: f"/{ipa}/" for word, ipa in lexicon.pronunciations.items()},
    }
    return "".join(f"{word}\t{reading}\n" for word, reading in sorted(readings.items()))
