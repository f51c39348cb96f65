"""The pronunciation lexicon of an installation: how words and phrases are read.

A text file in UTF-8 with one `word<TAB>reading` per line; `#` begins a comment:

    مهراباد	مهرآباد              another spelling, with vowel signs or without
    مهرآباد	/mehrɒːbˈɒːd/        IPA
    کرم	کِرِم                    vowel signs
    کرم ضدآفتاب	کِرِمِ ضدآفتاب       the signs of a phrase, a final kasra is an ezafe
    سپید	[adjective, no-ezafe]   a part of speech, and whether it takes an ezafe; also after signs or IPA

Training and synthesis must use the same file, or a voice gets other input than it was trained on.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import MappingProxyType

from shared.contracts.errors import Validation
from shared.contracts.readings import Source
from shared.lines import lines_of
from shared.persian.letters import HAMZA_ABOVE, LETTERS, SIGNS, TANWIN, ZWNJ, unify_letters
from shared.persian.signed_letters import unify_letters_with_signs
from shared.persian.spacing import AFFIXES
from shared.persian.vowel_signs import bare
from shared.persian.word_reading import WordReading, split_tags, tagged

MOST_ENTRIES = 20_000
LONGEST = 100  # characters of a word or a reading
_MAX_ENTRY_BYTES = 419  # a word and a reading of 100 characters each, in UTF-8, and the ends of a line

LONGEST_PHRASE = 4  # words
_WORD = re.compile(f"[{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ}]+")
_SIGNED = re.compile(f"[{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ}{SIGNS}]+")
_READING = re.compile(f"[{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ} ]+")
# The IPA letters, marks of length and stress, and `1`: espeak-ng writes ق and غ as q1.
_IPA = re.compile("/([a-zæçðøħŋœβθχ\u0250-\u02ff\u0303ᵻⱱ1 ]+)/")
_SOUND = re.compile("[a-zæçðøħŋœβθχ\u0250-\u02afᵻⱱ]")
# «گوگل‌ها» matches گوگل too: after a half-space these endings do not change the word.
_SUFFIXES = AFFIXES - {"می", "نمی"}


Phrase = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """Immutable. A word is in one of both: `respellings` are readings in other Persian letters, and part of the
    normalized text; `readings` are not. `phrases`: the readings of the words of a phrase.
    """

    respellings: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    readings: Mapping[str, WordReading] = field(default_factory=lambda: MappingProxyType({}))
    phrases: Mapping[Phrase, tuple[WordReading, ...]] = field(default_factory=lambda: MappingProxyType({}))
    entries: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """The reading column of each word and phrase."""
    _starts: frozenset[str] = field(init=False, repr=False, compare=False, default=frozenset())
    """The first words of the phrases: most words of a text start none."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", frozenset(phrase[0] for phrase in self.phrases))

    @classmethod
    def parse(cls, text: str, most: int = MOST_ENTRIES) -> Lexicon:
        """Parse a lexicon of at most `most` entries. Raises `Validation` with the number of the invalid line."""
        entries: dict[str, str] = {}
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
            entries[word] = reading
        lexicon = cls.of(entries)
        _refuse_chains(lexicon.respellings, lines)
        return lexicon

    @classmethod
    def of(cls, entries: Mapping[str, str]) -> Lexicon:
        """The lexicon of entries that `parse_entry` returned."""
        respellings: dict[str, str] = {}
        readings: dict[str, WordReading] = {}
        phrases: dict[Phrase, tuple[WordReading, ...]] = {}
        for word, reading in entries.items():
            found = _word_readings(word, reading)
            if found is None:
                respellings[word] = reading
            elif " " in word:
                phrases[tuple(word.split(" "))] = found
            else:
                (readings[word],) = found
        return cls(
            MappingProxyType(respellings),
            MappingProxyType(readings),
            MappingProxyType(phrases),
            MappingProxyType(dict(entries)),
        )

    def at_level(self, level: Source) -> Lexicon:
        """The same lexicon, with the level of its owner on its readings."""
        return replace(
            self,
            readings=MappingProxyType({word: replace(found, level=level) for word, found in self.readings.items()}),
            phrases=MappingProxyType(
                {phrase: tuple(replace(each, level=level) for each in found) for phrase, found in self.phrases.items()}
            ),
        )

    def readings_in(self, words: Sequence[str]) -> list[WordReading | None]:
        """The reading of each word, without vowel signs; that of the longest phrase precedes that of its words.

        «خانهٔ» has the reading of «خانه», unless it is an entry itself.
        """
        stems = [word.removesuffix(HAMZA_ABOVE) for word in words]
        get = self.readings.get
        found = [get(word) or get(stem) for word, stem in zip(words, stems, strict=True)]
        if self.phrases:
            place = 0
            while place < len(words):
                phrase = self._phrase_at(words, place) or self._phrase_at(stems, place)
                found[place : place + len(phrase)] = self.phrases.get(phrase, ())
                place += len(phrase) or 1
        return found

    def _phrase_at(self, words: Sequence[str], place: int) -> Phrase:
        """The longest phrase at this place; empty without any."""
        if words[place] not in self._starts:
            return ()
        sizes = range(min(LONGEST_PHRASE, len(words) - place), 1, -1)
        phrases = (tuple(words[place : place + size]) for size in sizes)
        return next((phrase for phrase in phrases if phrase in self.phrases), ())

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
        """Replace words by their readings. Input: the previous stage, so that words have the lexicon's spelling.

        A word with vowel signs is left alone: they take precedence.
        """
        return _SIGNED.sub(self._respelled, text) if self.respellings else text

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
    """The word or phrase and the reading of a line as they count; None for a line without an entry.

    Raises `Validation` with this number. It does not see other lines: see `Lexicon.parse`.
    """
    content = line.partition("#")[0].strip()
    if not content:
        return None
    word, reading = _entry(content, number)
    try:
        base, tags = split_tags(reading)
    except ValueError as error:
        raise _wrong(number, str(error)) from None
    base = _base(word, base, number) if base else ""
    if tags and (" " in word or (base and _word_readings(word, base) is None)):
        raise _wrong(number, "tags are for one word, alone or after its vowel signs or IPA")
    return word, f"{base} [{', '.join(tags)}]".strip() if tags else base


def unify_entry(word: str) -> str:
    """A word or phrase as the lexicon has it: unified letters, single spaces."""
    return " ".join(unify_letters(word).split())


def respelled_words(word: str, reading: str) -> list[str]:
    """The words of a respelling, which another entry could change again: those without vowel signs."""
    if reading.startswith(("/", "[")) or bare(reading) == word:
        return []
    return [part for part in _SIGNED.findall(reading) if bare(part) == part]


def _entry(content: str, number: int) -> tuple[str, str]:
    word, tab, reading = content.partition("\t")
    word, reading = unify_entry(word), reading.strip()
    if not tab or not reading:
        raise _wrong(number, "a line is a word, a tab and its reading")
    if max(len(word), len(reading)) > LONGEST:
        raise _wrong(number, f"a word or a reading has at most {LONGEST} characters")
    words = word.split(" ")
    if len(words) > LONGEST_PHRASE:
        raise _wrong(number, f"a phrase has at most {LONGEST_PHRASE} words")
    if not all(_WORD.fullmatch(part) and part.strip(ZWNJ) == part for part in words):
        raise _wrong(number, f"“{word}” is not one word in Persian letters, or a phrase of such")
    return word, reading


def _base(word: str, reading: str, number: int) -> str:
    """A reading without tags as it counts: IPA between slashes, vowel signs on the word's letters, other letters."""
    if ipa := _IPA.fullmatch(reading):
        spoken = " ".join(ipa[1].split())
        if not _SOUND.search(spoken):
            raise _wrong(number, f"{reading} has no sound")
        if " " in word and len(spoken.split()) != len(word.split()):
            raise _wrong(number, "the IPA of a phrase has as many words as the phrase")
        return f"/{spoken}/"
    if reading.startswith("/"):
        raise _wrong(number, f"{reading} is not IPA between two slashes")
    signed = " ".join(unify_letters_with_signs(reading).split())
    plain = bare(signed)
    if signed != plain == word:
        return signed
    if " " in word:
        raise _wrong(number, "the reading of a phrase is its own words with vowel signs, or their IPA")
    if not _READING.fullmatch(plain):
        raise _wrong(number, f"“{plain}” is neither Persian letters nor IPA between slashes")
    if AFFIXES & set(plain.split()):
        # A second normalisation would join it to the next word.
        raise _wrong(number, f"“{plain}” has an ending as a word of its own; join it with a half-space")
    return signed


def _word_readings(word: str, reading: str) -> tuple[WordReading, ...] | None:
    """The reading of each word of an entry; None for a respelling."""
    base, tags = split_tags(reading)
    if base.startswith("/"):
        spoken = base.strip("/")
        return tuple(tagged(tags, ipa=ipa) for ipa in (spoken.split() if " " in word else [spoken]))
    if base and (bare(base) != word or base == word):
        return None
    return tuple(tagged(tags, signs=signs or None) for signs in base.split(" "))


def _refuse_chains(respellings: Mapping[str, str], lines: Mapping[str, int]) -> None:
    """Refuse readings that contain another entry: a second normalisation would change them again."""
    for word, reading in respellings.items():
        for part in respelled_words(word, reading):
            if part in lines:
                raise _wrong(lines[word], f"its reading has the word “{part}”, which line {lines[part]} changes again")


def _wrong(line: int, what: str) -> Validation:
    return Validation(f"Line {line} of the lexicon: {what}.", hint="A line is word<TAB>reading; # begins a comment.")
