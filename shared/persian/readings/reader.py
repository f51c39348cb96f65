"""Reads a normalized sentence: decides the IPA and the ezafe of each word.

The first of these authorities that says something counts: the vowel signs in the text, the lexicons (of the request, of
the account, of the installation), the word list, the models, espeak-ng. The word list and the models count in `fa/2`
only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from shared.contracts.readings import NEWEST, OLDEST, Reading, Source
from shared.persian.letters import HAMZA_ABOVE, KASRA, LETTERS, SIGNS, SUKUN, TANWIN, ZWNJ
from shared.persian.lexicon import Lexicon
from shared.persian.punctuation import MARKS
from shared.persian.readings.attach import says_ezafe, signed_with_ezafe, with_ezafe, without_ezafe
from shared.persian.readings.certain import has_certain_ezafe
from shared.persian.readings.colloquial import stem_of_copula
from shared.persian.readings.ezafe import ezafe_model
from shared.persian.readings.guards import has_verb_prefix, may_have_ezafe
from shared.persian.readings.homographs import homograph_ipa, known_readings
from shared.persian.readings.pronounce import clause_ipa, pronounce
from shared.persian.readings.respelling import respell
from shared.persian.readings.signing import with_signs
from shared.persian.readings.spoken import SpokenWord
from shared.persian.readings.tokens import LINE_BREAK, words_of
from shared.persian.readings.vowelled import read_signs
from shared.persian.readings.word_list import with_word_list
from shared.persian.vowel_signs import bare
from shared.persian.word_reading import WordReading

_PERSIAN = re.compile(f"[{LETTERS}{TANWIN}{HAMZA_ABOVE}{ZWNJ}{SIGNS}]+")
_EZAFE_SIGNS = KASRA + SUKUN
"""On the last letter of a word these say only whether it has an ezafe."""


def read(sentence: str, lexicon: Lexicon, reading: Reading = NEWEST) -> list[SpokenWord]:
    """The words and marks of a normalized sentence, which may have vowel signs. Linear in its length."""
    words = words_of(sentence)
    plain = [bare(word) for word in words]
    stated = lexicon.readings_in(plain)
    ezafes = [False] * len(words)
    if reading != OLDEST:
        stated = with_word_list(plain, stated)
        ezafes = _model_ezafes(plain, stated)
    result: list[SpokenWord] = []
    for start, end in _clauses(plain):
        if end - start == 1 and plain[start] in _PAUSES:
            mark = words[start]
            result.append(SpokenWord(mark, "," if mark == LINE_BREAK else mark, mark))
        else:
            result += _clause(words, plain, stated, ezafes, range(start, end), reading)
    return result


_PAUSES = frozenset(MARKS) | {LINE_BREAK}


def _clauses(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Start and end of each clause and of each mark."""
    start = 0
    for index, word in enumerate(words):
        if word in _PAUSES:
            if start < index:
                yield start, index
            yield index, index + 1
            start = index + 1
    if start < len(words):
        yield start, len(words)


def _model_ezafes(words: Sequence[str], stated: Sequence[WordReading | None]) -> list[bool]:
    model = ezafe_model()
    kinds = [known.kind if known else None for known in stated]
    seen = ["," if word == LINE_BREAK else word.removesuffix(HAMZA_ABOVE) for word in words]
    sentence = model.tag(seen, kinds)
    likely = model.ezafes(sentence, may_have_ezafe)
    return [ezafe or has_certain_ezafe(sentence, index) for index, ezafe in enumerate(likely)]


def _clause(
    words: Sequence[str],
    plain: Sequence[str],
    stated: Sequence[WordReading | None],
    ezafes: Sequence[bool],
    places: range,
    reading: Reading,
) -> list[SpokenWord]:
    own = [plain[place].removesuffix(HAMZA_ABOVE) if reading != OLDEST else plain[place] for place in places]
    respelled = respell(" ".join(own)).split(" ")
    defaults = pronounce(respelled) if all(map(_PERSIAN.fullmatch, own)) and len(respelled) == len(own) else None
    if defaults is None:
        text, spoken = " ".join(words[place] for place in places), " ".join(own)
        return [SpokenWord(text, clause_ipa(spoken), text, source="espeak")] if re.search(r"\w", text) else []
    result = []
    for place, letters, spelled, default in zip(places, own, respelled, defaults, strict=True):
        word = SpokenWord(words[place], default, words[place], source="espeak" if spelled == letters else "words")
        if word.source == "espeak" and reading != OLDEST:
            word = _modelled(word, plain, place)
        word = _ezafe(_stated(word, default, plain[place], stated[place]), plain[place], modelled=ezafes[place])
        if word.source not in ("espeak", "words", "signs"):
            word = replace(word, shown=with_signs(letters, word.ipa, default, _known(plain[place])) or word.text)
        if word.ezafe:
            written = signed_with_ezafe(word.shown, word.ipa)
            word = replace(word, ipa=with_ezafe(word.ipa, letters), shown=written)
        result.append(word)
    return result


def _modelled(word: SpokenWord, plain: Sequence[str], place: int) -> SpokenWord:
    """The word as the model of homographs reads it, with the spoken «است» that espeak-ng does not know, or without
    the ezafe that it says at the end of a verb.
    """
    if ipa := homograph_ipa(plain, place):
        return replace(word, ipa=ipa, source="model")
    if has_verb_prefix(plain[place]) and says_ezafe(word.ipa, plain[place]):
        return replace(word, ipa=without_ezafe(word.ipa), source="words", ezafe_source="words")
    stem = stem_of_copula(plain[place], word.ipa)
    return replace(word, ipa=f"{clause_ipa(stem)}e", source="words", ezafe_source="words") if stem else word


def _stated(word: SpokenWord, default: str, plain: str, stated: WordReading | None) -> SpokenWord:
    """The word as a lexicon and its own signs say it, the signs last."""
    if stated is not None:
        level: Source = stated.level
        ipa, ezafe = stated.ipa, stated.ezafe
        if stated.signs is not None:
            signs = read_signs(stated.signs, default, _known(plain))
            ipa = signs.ipa or default
            ezafe = signs.ezafe if ezafe is None else ezafe
        if ipa is not None:
            word = replace(word, ipa=ipa, source=level)
        if ezafe is not None:
            word = replace(word, ezafe=ezafe, ezafe_source=level)
    if word.text != plain:
        signs = read_signs(word.text, default, ((stated.ipa,) if stated and stated.ipa else ()) + _known(plain))
        inner = word.text.rstrip(_EZAFE_SIGNS)
        if signs.ezafe is None or bare(inner) != inner:  # «کِ» is a syllable, no word with an ezafe
            word = replace(word, ipa=signs.ipa or default, source="signs")
        if signs.ezafe is not None:
            word = replace(word, ezafe=signs.ezafe, ezafe_source="signs")
    return word


def _known(plain: str) -> tuple[str, ...]:
    """The known readings of a homograph, that with the fewest vowels first: a letter without a sign has none."""
    return tuple(sorted(known_readings(plain), key=len))


def _ezafe(word: SpokenWord, plain: str, *, modelled: bool) -> SpokenWord:
    """The word with the ezafe that is written as «هٔ», that the model sees or that espeak-ng says; or without it."""
    if plain.endswith(HAMZA_ABOVE) and word.ezafe_source != "signs":
        word = replace(word, ezafe=True, ezafe_source="signs")
    elif word.ezafe_source is None and modelled:
        word = replace(word, ezafe=True, ezafe_source="model")
    elif word.ezafe_source is None and says_ezafe(word.ipa, plain):
        word = replace(word, ezafe=True, ezafe_source=word.source)
    if word.ezafe_source is not None and not word.ezafe and says_ezafe(word.ipa, plain):
        word = replace(word, ipa=without_ezafe(word.ipa))
    return word
