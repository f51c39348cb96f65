"""The vowel signs of a word decide its reading; whatever they leave open is read as espeak-ng reads it."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.persian.espeak import espeak
from shared.persian.letters import HAMZA_ABOVE, LETTERS, TANWIN, ZWNJ
from shared.persian.readings.vowelled import Vowelled, read_signs
from shared.persian.signed_letters import unify_letters_with_signs
from shared.persian.vowel_signs import SIGNS, bare

# A simple alphabet: A is the long a, š ž č are one letter, q is ق and غ, ' is ʔ.
_SIMPLE = {"tʃ": "č", "dʒ": "j", "q1": "q", "ɑ": "A", "ʃ": "š", "ʒ": "ž", "j": "y", "ɡ": "g", "ʔ": "'"}
_SYMBOLS = re.compile("tʃ|dʒ|q1|.")
_FOREIGN = re.compile(r"\([a-z-]+\)")


def _default(word: str) -> str:
    plain = bare(word)
    return espeak().phonemes(plain) if plain.strip(ZWNJ) else ""


def _simple(ipa: str) -> str:
    return "".join(_SIMPLE.get(symbol, symbol) for symbol in _SYMBOLS.findall(re.sub("[ˈˌː]", "", ipa)))


def _read(word: str) -> str:
    word = unify_letters_with_signs(word)
    default = _default(word)
    return _simple(read_signs(word, default).ipa or default)


READINGS = [
    ("کِرِم", "kerem"),
    ("کِرم", "kerm"),
    ("کَرَم", "karam"),
    ("گُل", "gol"),
    ("گِل", "gel"),
    ("مُلک", "molk"),
    ("مِلک", "melk"),
    ("مَلِک", "malek"),
    ("مَلَک", "malak"),
    ("مُلکی", "molki"),
    ("مُهندس", "mohandes"),
    ("مُحَمَّد", "mohammad"),
    ("مَدرِسه", "madrese"),
    ("مَدْرِسِه", "madrese"),
    ("اِستِقلال", "esteqlAl"),
    ("عِلم", "elm"),
    ("عَلَم", "alam"),
    ("شِکَر", "šekar"),
    ("شُکر", "šokr"),
    ("سِیِّد", "seyyed"),
    ("سَیِّد", "seyyed"),
    ("سِیَر", "siyar"),
    ("سِیاه", "siAh"),
    ("ضَرورَت", "zarurat"),
    ("مُؤَثِّر", "mo'asser"),
    ("قُرآن", "qor'An"),
    ("اَلبَته", "albatte"),
    ("رَحمٰن", "rahmAn"),
    ("رَحمَٰن", "rahmAn"),
    ("اللّٰه", "allAh"),
    ("اللَّهِ", "allAh"),
    ("الرَّحمٰن", "arrahmAn"),
    ("موسیٰ", "musA"),
    ("عیسٰی", "isA"),
    ("خواهَر", "xAhar"),
    ("خُداحافِظ", "xodAhAfez"),
    ("کوچِک", "kuček"),
    ("پِسَر", "pesar"),
    ("گُلدان", "goldAn"),
    ("دُوُم", "dovvom"),
    ("تَوَجُّه", "tavajjoh"),
    ("اوّل", "avval"),
    ("سِحر", "sehr"),
    ("خُرد", "xord"),
    ("مُهر", "mohr"),
    ("بَنّا", "bannA"),
    ("بَنا", "banA"),
    ("کُرّه", "korre"),
    ("خُوب", "xub"),
    ("کِتَاب", "ketAb"),
    ("دُور", "dur"),
    ("دَور", "dor"),
    ("نَوْروز", "noruz"),
    ("مَی", "mey"),
    ("خَیلی", "xeyli"),
    ("مُوافِق", "movAfeq"),
    ("پِژوهِش", "pežuheš"),
    ("اَبرُکوه", "abrokuh"),
    ("عالِم", "Alem"),
    ("عُمَر", "omar"),
    ("پَست", "past"),
    ("بُعد", "bo'd"),
    ("می‌بُرَم", "miboram"),
    ("کِرم‌ها", "kermhA"),
    ("خانَه", "xAna"),
    ("نُه", "noh"),
    ("نَه", "na"),
    ("دِه", "deh"),
    ("نَظَرًا", "nazaran"),
    ("عَلِیّ", "ali"),
    ("مِ", "me"),
    ("بِسْمِ", "besm"),
    ("کَفْش", "kafš"),
]


@pytest.mark.parametrize(("word", "expected"), READINGS)
def test_a_word_is_read_as_its_signs_say(word: str, expected: str) -> None:
    assert _read(word) == expected


@pytest.mark.parametrize("word", ["کَرَم", "مُحَمَّد", "مَدرِسه", "گُل", "نَوروز", "خَطّ", "سُنَّت", "اوّل", "کتاب", "مثلاً", "آب"])
def test_signs_that_agree_change_nothing(word: str) -> None:
    assert read_signs(word, _default(word)).ipa is None


@pytest.mark.parametrize(
    ("word", "ezafe"),
    [
        ("کتابِ", True),
        ("کِرمِ", True),
        ("حَقِّ", True),
        ("خانهٔ", True),
        (f"خانه{ZWNJ}یِ", True),
        ("خدایِ", True),
        ("کتابْ", False),
        ("کِرِمْ", False),
        ("کِرِم", None),
        ("کتاب", None),
        ("بِ", None),
        ("", None),
    ],
)
def test_the_last_sign_tells_the_ezafe(word: str, ezafe: bool | None) -> None:
    assert read_signs(word, _default(word)).ezafe is ezafe


def test_the_vowel_of_an_ezafe_is_no_part_of_the_reading() -> None:
    assert read_signs("کِرمِ", "kˈaram") == Vowelled("kˈerm", True)


@pytest.mark.parametrize(
    ("word", "ipa"),
    [
        ("کِرِم", "kˈerem"),
        ("عَلَم", "ˈalam"),
        ("مَدرَسه", "madrˈase"),
        (f"کِرم{ZWNJ}ها", "kˈermhˈɑ"),
        ("خانَه", "xˈɑna"),
    ],
)
def test_stress_is_where_espeak_has_it(word: str, ipa: str) -> None:
    assert read_signs(word, _default(word)).ipa == ipa


def test_a_known_reading_comes_before_a_made_one() -> None:
    assert read_signs("شِکر", "ʃˈakar", ["ʃˈokr", "ʃekˈar", "ʃˈekr"]).ipa == "ʃekˈar"
    assert read_signs("کِرم", "kˈaram", ["krˈem", "kærˈæm"]).ipa == "kˈerm"
    assert read_signs("کَرَم", "kerˈem", ["kærˈæm"]).ipa == "kærˈæm"


def test_a_long_word_keeps_its_default() -> None:
    assert read_signs("بَ" * 65 + "ِ", "b" * 65) == Vowelled(None, True)
    assert read_signs("ب" * 65 + "ْ", "b" * 65) == Vowelled(None, False)


def test_a_letter_without_a_default_is_still_read() -> None:
    assert _simple(read_signs("کِرم", "").ipa or "") == "kerm"


_CHARACTERS = st.text(f"{LETTERS}{'اویه' * 4}{SIGNS * 5}{TANWIN}{HAMZA_ABOVE}{ZWNJ}", max_size=14)
_SPOKEN = set("ˈˌːaɑeoiubpdtkɡfvszʃʒhxmnlrɹjʔq1")


@settings(max_examples=800, deadline=None)
@given(_CHARACTERS)
def test_any_letters_and_signs_have_a_reading_in_the_symbols_of_espeak(word: str) -> None:
    for typed in (word, unify_letters_with_signs(word)):
        read = read_signs(typed, _FOREIGN.sub("", _default(typed)))
        assert read.ipa is None or set(read.ipa) <= _SPOKEN


@settings(max_examples=300, deadline=None)
@given(_CHARACTERS, st.text("ˈaɑeouijbtqr1ː( ", max_size=20), st.lists(st.text("aebɑ", max_size=5), max_size=2))
def test_any_default_is_taken(word: str, default: str, known: list[str]) -> None:
    read_signs(word, default, known)


@pytest.mark.parametrize("unit", ["بَ", "وَ", "اُ", "ی", "بّ", "رِتن", "و", "هِ"])
def test_the_longest_word_is_read_in_a_moment(unit: str) -> None:
    word = (unit * 64)[: 64 * len(unit) // len(bare(unit))]
    default = _default(word)
    start = time.perf_counter()
    read_signs(f"{word[:-1]}َ", default)
    assert time.perf_counter() - start < 1  # measured: 0.05 s
