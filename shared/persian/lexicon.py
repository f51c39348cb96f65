"""The pronunciation lexicon of an installation: readings of words, in Persian letters or in IPA.

A text file in UTF-8 with one `word<TAB>reading` per line; `#` begins a comment:

    مهراباد	مهرآباد
    مهرآباد	/mehrɒːbˈɒːd/

Training and synthesis must use the same file, or a voice gets other input than it was trained on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType

from shared.contracts.errors import Validation
from shared.lines import lines_of
from shared.persian.letters import HAMZA_ABOVE, LETTERS, TANWIN, ZWNJ, unify_letters
from shared.persian.spacing import AFFIXES

MOST_ENTRIES = 20_000
LONGEST = 100  # characters of a word or a reading
_MAX_ENTRY_BYTES = 419  # a word and a reading of 100 characters each, in UTF-8, and the ends of a line

_WORD = re.compile(f"[{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ}]+")
_READING = re.compile(f"[{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ} ]+")
# The IPA letters, marks of length and stress, and `1`: espeak-ng writes ق and غ as q1.
_IPA = re.compile("/([a-zæçðøħŋœβθχ\u0250-\u02ff\u0303ᵻⱱ1 ]+)/")
# «گوگل‌ها» matches گوگل too: after a half-space these endings do not change the word.
_SUFFIXES = AFFIXES - {"می", "نمی"}


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Immutable. `respellings`: readings in Persian letters; `pronunciations`: in IPA; no word is in both."""

    respellings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    pronunciations: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))

    @classmethod
    def parse(cls, text: str, most: int = MOST_ENTRIES) -> Lexicon:
        """Parse a lexicon of at most `most` entries. Raises `Validation` with the number of the invalid line."""
        respellings: dict[str, str] = {}
        pronunciations: dict[str, str] = {}
        lines: dict[str, int] = {}
        for number, line in enumerate(lines_of(text.removeprefix("\ufeff")), 1):
            entry = parse_entry(line, number)
            if entry is None:
                continue
            word, reading = entry
            if word in lines:
                raise _wrong(number, f"“{word}” has a reading already, in line {lines[word]}")
            if len(lines) == most:
                raise _wrong(number, f"a lexicon has at most {most:,} entries")
            lines[word] = number
            if reading.startswith("/"):
                pronunciations[word] = reading.strip("/")
            else:
                respellings[word] = reading
        _refuse_chains(respellings, lines)
        return cls(MappingProxyType(respellings), MappingProxyType(pronunciations))

    @classmethod
    def load(cls, path: Path, most: int = MOST_ENTRIES) -> Lexicon:
        """Load a file; a missing file is an empty lexicon. Raises `Validation`, `OSError`."""
        try:
            with path.open("rb") as file:
                content = file.read(_max_bytes(most) + 1)
        except FileNotFoundError:
            return cls()
        check_size(content, path.name, most)
        try:
            return cls.parse(content.decode(), most)
        except UnicodeDecodeError as error:
            line = content[: error.start].count(b"\n") + 1
            raise _wrong(line, "this is not UTF-8") from error

    def respell(self, text: str) -> str:
        """Replace words by their readings. Input: the previous stage, so that words have the lexicon's spelling."""
        return _WORD.sub(self._respelled, text) if self.respellings else text

    def pronunciation(self, word: str) -> str | None:
        """The IPA of exactly this word; a word with an ending needs an entry of its own."""
        return self.pronunciations.get(word)

    def _respelled(self, match: re.Match[str]) -> str:
        word = match.group()
        known = self.respellings.get(word)
        if known is None and ZWNJ in word:
            stem, _, ending = word.rpartition(ZWNJ)
            known = self.respellings.get(stem) if ending in _SUFFIXES else None
            return word if known is None else known + ZWNJ + ending
        return word if known is None else known


def check_size(content: bytes, name: str, most: int = MOST_ENTRIES) -> None:
    """Raises `Validation` for a file, comments included, that `Lexicon.load` refuses by its size."""
    if len(content) > _max_bytes(most):
        raise Validation(
            f"{name} is too large for a lexicon.",
            hint=f"At most {most:,} entries and, with comments, {_max_bytes(most):,} bytes.",
        )


def _max_bytes(most: int) -> int:
    return _MAX_ENTRY_BYTES * most


def parse_entry(line: str, number: int) -> tuple[str, str] | None:
    """The word and the reading of a line as they count, IPA between slashes; None for a line without an entry.

    Raises `Validation` with this number. It does not see other lines: see `Lexicon.parse`.
    """
    content = line.partition("#")[0].strip()
    if not content:
        return None
    word, reading = _entry(content, number)
    ipa = _IPA.fullmatch(reading)
    return word, f"/{ipa[1].strip()}/" if ipa else _respelling(reading, number)


def words_in(reading: str) -> list[str]:
    """The words of a reading that an entry could change; none of IPA."""
    return [] if reading.startswith("/") else _WORD.findall(reading)


def _entry(content: str, number: int) -> tuple[str, str]:
    word, tab, reading = content.partition("\t")
    word, reading = unify_letters(word).strip(), reading.strip()
    if not tab or not reading:
        raise _wrong(number, "a line is a word, a tab and its reading")
    if max(len(word), len(reading)) > LONGEST:
        raise _wrong(number, f"a word or a reading has at most {LONGEST} characters")
    if not _WORD.fullmatch(word) or word.strip(ZWNJ) != word:
        raise _wrong(number, f"“{word}” is not one word in Persian letters")
    return word, reading


def _respelling(reading: str, number: int) -> str:
    if reading.startswith("/"):
        raise _wrong(number, f"{reading} is not IPA between two slashes")
    reading = " ".join(unify_letters(reading).split())
    if not _READING.fullmatch(reading):
        raise _wrong(number, f"“{reading}” is neither Persian letters nor IPA between slashes")
    if AFFIXES & set(reading.split()):
        # A second normalisation would join it to the next word.
        raise _wrong(number, f"“{reading}” has an ending as a word of its own; join it with a half-space")
    return reading


def _refuse_chains(respellings: Mapping[str, str], lines: Mapping[str, int]) -> None:
    """Refuse readings that contain another entry: a second normalisation would change them again."""
    for word, reading in respellings.items():
        for part in _WORD.findall(reading):
            if part in lines and reading != word:
                raise _wrong(lines[word], f"its reading has the word “{part}”, which line {lines[part]} changes again")


def _wrong(line: int, what: str) -> Validation:
    return Validation(f"Line {line} of the lexicon: {what}.", hint="A line is word<TAB>reading; # begins a comment.")
