"""Lexicons above one another: a request's over an account's over the installation's."""

from __future__ import annotations

from types import MappingProxyType

from shared.persian.lexicon import LONGEST, Lexicon, Phrase


def layered(upper: Lexicon, lower: Lexicon) -> Lexicon:
    """Both lexicons as one; the upper takes precedence. The result has no chains, so `Lexicon.parse` accepts it.

    The lower one must not change the words of the upper's readings. The upper one does change the words of the lower's
    readings; an entry of the lower whose reading still has a word of the upper, or becomes too long, is dropped. So is
    a phrase of the lower with a word or a phrase that the upper reads.
    """
    content = {*upper.respellings, *upper.readings}
    content.update(part for reading in upper.respellings.values() for part in reading.split())
    respellings: dict[str, str] = {}
    for word, reading in lower.respellings.items():
        changed = upper.respell(reading)
        if word not in content and len(changed) <= LONGEST and not _has_entry(changed, upper):
            respellings[word] = changed
    readings = {word: found for word, found in lower.readings.items() if word not in content}
    phrases = {phrase: found for phrase, found in lower.phrases.items() if not _reads_a_part(upper, phrase)}
    entries = {
        word: respellings.get(word, reading)
        for word, reading in lower.entries.items()
        if word in respellings or word in readings or tuple(word.split(" ")) in phrases
    }
    return Lexicon(
        MappingProxyType(respellings | dict(upper.respellings)),
        MappingProxyType(readings | dict(upper.readings)),
        MappingProxyType(phrases | dict(upper.phrases)),
        MappingProxyType(entries | dict(upper.entries)),
    )


def _reads_a_part(lexicon: Lexicon, phrase: Phrase) -> bool:
    if any(word in lexicon.readings for word in phrase):
        return True
    sizes = range(2, len(phrase) + 1)
    return any(phrase[at : at + size] in lexicon.phrases for size in sizes for at in range(len(phrase) - size + 1))


def _has_entry(reading: str, lexicon: Lexicon) -> bool:
    return any(part in lexicon.respellings or part in lexicon.readings for part in reading.split())


def lexicon_text(lexicon: Lexicon) -> str:
    """The lexicon as the text of a file, sorted by word."""
    return "".join(f"{word}\t{reading}\n" for word, reading in sorted(lexicon.entries.items()))
