"""Minimal pairs: what differs in one ezafe, one vowel sign or one word of the context is read differently."""

from __future__ import annotations

import random

import pytest

from shared.contracts.readings import Source
from shared.persian.frontend import Frontend
from shared.persian.lexicon import Lexicon
from shared.persian.lexicon_layers import layered
from shared.persian.readings.espeak_input import espeak_input
from shared.persian.readings.spoken import SpokenWord, spoken_words

FRONTEND = Frontend()

EZAFE = [
    ("کتاب تاریخ ایران را خواندم.", "کتابِ تاریخِ ایران را خواندم."),
    ("کتاب من را بخوان.", "کتابِ من را بخوان."),
    ("کتاب را بخوان.", "کتاب را بخوان."),
    ("گل سرخ زیباست.", "گلِ سرخ زیباست."),
    ("خانه بزرگ را خرید.", "خانهٔ بزرگ را خرید."),
    ("گروه بزرگ آمد.", "گروهِ بزرگ آمد."),
    ("دانشجوی خوب آمد.", "دانشجویِ خوب آمد."),
    ("دانشجو خوب است.", "دانشجو خوب است."),
    ("موضوع مهم را گفت.", "موضوعِ مهم را گفت."),
    ("شهر تهران بزرگ است.", "شهرِ تهران بزرگ است."),
    ("دوست شما آمد.", "دوستِ شما آمد."),
    ("شما دوست دارید.", "شما دوست دارید."),
    ("سال هزار و سیصد", "سالِ هزار و سیصد"),
    ("صد و بیست نفر آمدند.", "صد و بیست نفر آمدند."),
    ("وزیر امور خارجه ایران گفت.", "وزیرِ امورِ خارجهٔ ایران گفت."),
    ("وزیر گفت.", "وزیر گفت."),
    ("بچه‌های محله آمدند.", "بچه‌هایِ محله آمدند."),
    ("حرف تو مهم است.", "حرفِ تو مهم است."),
    ("مادر، علی آمد.", "مادر, علی آمد."),
    ("سلام دنیا", "سلام دنیا"),
    ("توسط علی نوشته شد.", "توسطِ علی نوشته شد."),
    ("ای ایران", "ای ایران"),
    ("میزان بارش را دیدیم.", "میزانِ بارش را دیدیم."),
    ("پنج متر مربع", "پنج مترِ مربع"),
    ("کی میای تهران؟", "کی میای تهران?"),
    ("دانش آموز خوب درس می‌خواند.", "دانش آموز خوب درس می‌خواند."),
    ("زبان برنامه نویسی پایتون", "زبانِ برنامه نویسی پایتون"),
    ("خانه‌ام بزرگ است.", "خانه‌ام بزرگ است."),
    ("س روسیه", "س روسیه"),
    ("می‌خوای کتاب را بخری؟", "می‌خوای کتاب را بخری?"),
]

SIGNS = [
    ("کِرِم", "kerˈem"), ("کَرَم", "kˈaram"), ("کِرم", "kˈerm"),
    ("گُل", "ɡˈol"), ("گِل", "ɡˈel"),
    ("مُلک", "mˈolk"), ("مَلِک", "mˈalek"),
    ("سِحر", "sˈehr"), ("سَحَر", "sˈahar"),
    ("شِکَر", "ʃˈekar"), ("شُکر", "ʃˈokr"),
    ("عِلم", "ˈelm"), ("عَلَم", "alˈam"),
    ("مُهر", "mˈohr"), ("پُر", "pˈor"), ("پَر", "pˈar"),
    ("درِ خانه", "dˈare xˈɑneː"),
    ("کتابْ تاریخ", "kˈetɑb tˈɑrix"),
    ("کتابِ تاریخ", "kˈetɑbe tˈɑrix"),
    ("مُحَمَّد", "mohˈammad"),
    ("کِ", "kˈe"), ("مُ", "mˈo"),
    ("خدایْ من", "xodˈɑj mˈan"),
]  # fmt: skip

CONTEXT = [
    ("نه نفر آمدند.", "nˈoh nˈafar ɑmˈadand."),
    ("نه، نیامدند.", "nˈa, nˌajɑmˈadand."),
    ("پنجاه سنت داد.", "pandʒˈɑh sˈent dˈɑd."),
    ("سنت قدیمی", "sˈonnate q1adˈimi"),
]

COLLOQUIAL = [
    ("حرف تو قشنگه", "hˈarfe tˈo q1aʃˈanɡe"),
    ("خونه‌مون بزرگه", "xˈuːneːmun bozˈorɡe"),
    ("خونهٔ ما بزرگ بود", "xˈuːneːje mɑ bozˈorɡ bˈuːd"),
    ("کتابش رو خوندم", "ketˈɑbaʃ rˈu xˈuːndam"),
    ("می‌خوام برم مدرسه", "mixˈɑm bˈeram madrˈese"),
    ("می‌شه", "miʃˈe"),
    ("می‌خوای؟", "mixˈɑj?"),
]


def words(text: str, frontend: Frontend = FRONTEND) -> list[SpokenWord]:
    return [word for sentence in frontend.analyse(text).words for word in sentence]


@pytest.mark.parametrize(("text", "shown"), EZAFE)
def test_ezafe(text: str, shown: str) -> None:
    assert FRONTEND.analyse(text).trace[-2].text == shown


@pytest.mark.parametrize(("text", "ipa"), SIGNS + CONTEXT + COLLOQUIAL)
def test_ipa(text: str, ipa: str) -> None:
    assert FRONTEND.phonemes(text) == ipa


@pytest.mark.parametrize("text", [text for text, _ in EZAFE + SIGNS + CONTEXT + COLLOQUIAL])
def test_what_is_shown_reads_the_same_when_it_is_typed(text: str) -> None:
    analysis = FRONTEND.analyse(text)
    again = FRONTEND.analyse(analysis.trace[-2].text)
    assert again.phonemes == analysis.phonemes
    assert again.trace[-2].text == analysis.trace[-2].text


def test_the_readings_are_no_part_of_the_normalized_text() -> None:
    assert FRONTEND.normalize("کتاب تاریخ ایران") == "کتاب تاریخ ایران"
    assert FRONTEND.normalize("کتابِ تاریخ") == "کتابِ تاریخ"
    assert FRONTEND.letters("کتابِ تاریخ") == "کتاب تاریخ"


def test_the_older_reading_is_that_of_espeak() -> None:
    assert FRONTEND.phonemes("کتاب تاریخ ایران", "espeak/1") == "kˈetɑb tˈɑrix ˈiːrɑn"
    assert FRONTEND.phonemes("کتاب تاریخ ایران") == "kˈetɑbe tˈɑrixe ˈiːrɑn"
    assert Frontend(reading="espeak/1").phonemes("خانهٔ ما") == "xˈɑneːjˌe mˈɑ"


SOURCES = [
    ("کِرِم", "signs", None),
    ("کتابِ", "espeak", "signs"),
    ("مهر", "request", None),
    ("آبان", "account", None),
    ("آذر", "installation", "installation"),
    ("قشنگه", "words", None),
    ("بزرگه", "words", "words"),
    ("ماه", "espeak", None),
]


@pytest.mark.parametrize(("word", "source", "ezafe_source"), SOURCES)
def test_the_source_of_a_reading(word: str, source: str, ezafe_source: str | None) -> None:
    entries = {"مهر": "مُهر", "آبان": "/ˈɑbun/", "آذر": "/ˈɑzer/ [no-ezafe]"}
    levels: tuple[Source, ...] = ("request", "account", "installation")
    lexicons = [
        Lexicon.of({word: reading}).at_level(level)
        for (word, reading), level in zip(entries.items(), levels, strict=True)
    ]
    merged = lexicons[0]
    for lower in lexicons[1:]:
        merged = layered(merged, lower)
    (found,) = words(word, Frontend(lexicon=merged))
    assert (found.source, found.ezafe_source) == (source, ezafe_source)


def test_an_ezafe_that_espeak_says_is_not_said_twice() -> None:
    assert FRONTEND.phonemes("توسط علی") == "tˌavassˈote ˈaːli"
    assert FRONTEND.phonemes("برای علی") == "barˈɑje ˈaːli"
    assert FRONTEND.phonemes("توسطْ علی") == "tˌavassˈot ˈaːli"


def test_the_signs_of_a_lexicons_reading_are_shown() -> None:
    frontend = Frontend(lexicon=Lexicon.parse("کرم\t/kerˈem/\nمهر\tمُهر"))
    analysis = frontend.analyse("کرم خوب و مهر")
    assert analysis.trace[-2].text == "کرِمِ خوب و مُهر"
    assert FRONTEND.phonemes(analysis.trace[-2].text) == analysis.phonemes


def test_signs_precede_every_lexicon() -> None:
    frontend = Frontend(lexicon=Lexicon.parse("کرم\tکَرَم\nکتاب\t[no-ezafe]"))
    assert frontend.phonemes("کرم") == "kˈaram"
    assert frontend.phonemes("کِرِم") == "kerˈem"
    assert frontend.phonemes("کتاب تاریخ") == "kˈetɑb tˈɑrix"
    assert frontend.phonemes("کتابِ تاریخ") == "kˈetɑbe tˈɑrix"


def test_a_phrase_precedes_its_words() -> None:
    frontend = Frontend(lexicon=Lexicon.parse("کرم\tکَرَم\nکرم ضدآفتاب\tکِرِمِ ضدآفتاب\nدر را\tدَر را"))
    assert frontend.phonemes("کرم ضدآفتاب").startswith("kerˈeme ")
    assert frontend.phonemes("کرم خوب").startswith("kˈaram")


def test_a_part_of_speech_changes_the_ezafe_of_the_word_before() -> None:
    plain, told = "کتاب گلناز", Frontend(lexicon=Lexicon.parse("گلناز\t[verb]"))
    assert FRONTEND.analyse(plain).words[0][0].ezafe
    assert not told.analyse(plain).words[0][0].ezafe


def test_marks_are_tokens_of_their_own() -> None:
    found = words("سلام، دنیا!")
    assert [(word.text, word.source) for word in found] == [
        ("سلام", "espeak"), (",", None), ("دنیا", "espeak"), ("!", None),
    ]  # fmt: skip
    assert all(word.ezafe_source is None for word in found if word.source is None)


def test_any_text_is_read_and_reading_its_signs_again_changes_nothing() -> None:
    """Random words, signs and marks; sentences are short, because a long one is split by its length."""
    draw = random.Random(5)
    written = "کتاب خانه گروه روسیه را و می‌رود نه سنت بزرگه شیء موضوع ها هٔ ، . ی Ab ۵ « برای"
    pieces = [*written.split(), "\u0650", "\u0652", "\u0651", "\u064e", "\u200c", "\n"]
    for _ in range(400):
        text = "کتاب " + "".join(draw.choice(pieces) + draw.choice(["", " "]) for _ in range(draw.randint(1, 12)))
        analysis = FRONTEND.analyse(text)
        assert FRONTEND.normalize(analysis.normalized) == analysis.normalized, text
        again = FRONTEND.analyse(analysis.trace[-2].text)
        assert again.phonemes == analysis.phonemes, text


@pytest.mark.parametrize("text", [": کتاب خوب", ", سلام دنیا.", "کتاب خوب."])
def test_every_written_word_has_a_count(text: str) -> None:
    assert len(spoken_words(FRONTEND.read(text))) == len(text.split())


def test_a_clause_that_is_read_as_a_whole_keeps_its_signs_and_the_readings_behind_it() -> None:
    text = "کِتابِ هٔ\u200cها, گل سرخ زیباست."
    assert FRONTEND.analyse(text).trace[-2].text == "کِتابِ هٔ\u200cها, گلِ سرخ زیباست."


def test_espeak_gets_phonemes_where_a_word_loses_its_ezafe() -> None:
    assert espeak_input(FRONTEND.read("می‌خوای کتاب")) == "[[mix'Aj]] کتاب"
