"""Lexicons above one another: a request's over an account's over the installation's."""

from __future__ import annotations

from types import MappingProxyType

from shared.persian.lexicon import LONGEST, Lexicon


def layered(upper: Lexicon, lower: Lexicon) -> Lexicon:
    """Both lexicons as one; the upper takes precedence. The result has no chains, so `Lexicon.parse` accepts it.

    The lower one must not change the words of the upper's readings. The upper one does change the words of the lower's
    readings; an entry of the lower whose reading still has a word of the upper, or becomes too long, is dropped.
    """
    content = {*upper.respellings, *upper.readings}
    content.update(part for reading in upper.respellings.values() for part in reading.split())
    respellings: dict[str, str] = {}
    for word, reading in lower.respellings.items():
        changed = upper.respell(reading)
        if word not in content and len(changed) <= LONGEST and not _has_entry(changed, upper):
            respellings[word] = changed
    readings = {word: found for word, found in lower.readings.items() if word not in content}
    phrases = {**lower.phrases, **upper.phrases}
    entries = {
        word: respellings.get(word, reading)
        for word, reading in lower.entries.items()
        if word in respellings or word in readings or tuple(word.split(" ")) in lower.phrases
    }
    return Lexicon(
        MappingProxyType(respellings | dict(upper.respellings)),
        MappingProxyType(readings | dict(upper.readings)),
        MappingProxyType(phrases),
        MappingProxyType(entries | dict(upper.entries)),
    )


def _has_entry(reading: str, lexicon: Lexicon) -> bool:
    return any(part in lexicon.respellings or part in lexicon.readings for part in reading.split())


def lexicon_text(lexicon: Lexicon) -> str:
    """The lexicon as the text of a file, sorted by word."""
    return "".join(f"{word}\t{reading}\n" for word, reading in sorted(lexicon.entries.items()))
