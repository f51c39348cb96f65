"""The readings of homographs: they change with strong evidence only, and use espeak-ng's symbols only."""

from __future__ import annotations

import time
from functools import lru_cache

import pytest

from shared.persian.espeak import espeak
from shared.persian.readings.homographs import (
    FEATURE,
    WEIGHTS,
    HomographModel,
    homograph_ipa,
    known_readings,
    parse_models,
)

SWITCHED = [
    ("در [بدو] ورود به شهر باران گرفت", "bˈadv"),
    ("سرباز در [نبرد] زخمی شد", "nabˈard"),
    ("تیم ملی [کشتی] آزاد قهرمان جهان شد", "koʃtˈi"),
    ("امر به معروف و نهی از [منکر]", "monkˈar"),
    ("جان اف [کندی] رئیس‌جمهور آمریکا بود", "kenedˈi"),
    ("زمین بعد از باران پر از [گل] شده است", "ɡˈel"),
    ("قرص [مسکن] برای درد دندان", "mosakkˈen"),
    ("لباس را با صابون [شست]", "ʃˈost"),
    ("چاقو [کند] شده است", "kˈond"),
    ("مربای [به] خیلی خوشمزه است", "bˈeh"),
    ("در قرون [وسطی] جنگ‌های زیادی رخ داد", "vostˈɑ"),
]
DEFAULT = [
    "زود [بدو] برو",
    "[کندی] کار مرا خسته کرد",
    "بازیکن در دقیقه نود [گل] زد",
    "قیمت [مسکن] در تهران بالا رفت",
    "وزیر [مسکن] و شهرسازی",
    "انگشت [شست] دستم درد می‌کند",
    "او باید کار [کند]",
    "او [به] مدرسه رفت",
    "این شیر [گرم] است",
    "او در خانه کار [کرد]",
]
# The voice has no reading that is a word for these.
REPLACED = ("ابی", "ترکاند", "هری")


@lru_cache(maxsize=1)
def models() -> dict[str, HomographModel]:
    return parse_models(WEIGHTS.read_text(encoding="utf-8").splitlines())


def read(marked: str) -> str | None:
    words = marked.split()
    index = next(place for place, word in enumerate(words) if word.startswith("["))
    words[index] = words[index].strip("[]")
    return homograph_ipa(words, index)


@pytest.mark.parametrize(("marked", "ipa"), SWITCHED)
def test_strong_evidence_changes_the_reading(marked: str, ipa: str) -> None:
    assert read(marked) == ipa


@pytest.mark.parametrize("marked", DEFAULT)
def test_the_usual_reading_is_left_to_espeak(marked: str) -> None:
    assert read(marked) is None


def test_a_word_alone_stays_at_the_default() -> None:
    assert {word for word in models() if homograph_ipa([word], 0) is not None} == set(REPLACED)
    assert {word for word in models() if homograph_ipa(["«", word, "»"], 1) is not None} == set(REPLACED)


def test_an_unknown_word_has_no_reading() -> None:
    assert homograph_ipa(["کتاب", "خوب", "است"], 0) is None
    assert homograph_ipa([""], 0) is None
    assert known_readings("کتاب") == ()


def test_known_readings_start_with_espeak_s() -> None:
    assert known_readings("کرم")[0] == espeak().phonemes("کرم")
    assert {"kerˈem", "kˈerm"} < set(known_readings("کرم"))
    assert known_readings("هری") == ("herˈi", "horˈi")


def test_a_choice_is_a_known_reading() -> None:
    assert all(ipa in known_readings(marked.split("[")[1].split("]")[0]) for marked, ipa in SWITCHED)


def test_every_symbol_is_one_of_the_voice() -> None:
    used = {symbol for word in models() for ipa in known_readings(word) for symbol in ipa}
    spoken = {symbol for word in models() for symbol in espeak().phonemes(word)}
    assert used <= spoken


def test_every_reading_has_one_stress() -> None:
    assert {ipa for model in models().values() for ipa in model.ipa if ipa.count("ˈ") != 1} == set()


def test_the_header_names_version_and_licences() -> None:
    header = [line for line in WEIGHTS.read_text(encoding="utf-8").splitlines() if line.startswith("#")]
    assert header[0] == "# version: 1"
    assert all(name in " ".join(header) for name in ("HomoRich", "CC0", "PerDT", "Seraji", "CC BY-SA 4.0"))


def test_the_weights_are_sorted_and_small() -> None:
    words = [
        line.split("\t")[0]
        for line in WEIGHTS.read_text(encoding="utf-8").splitlines()
        if not line.startswith(("#", FEATURE))
    ]
    assert words == sorted(words)
    assert WEIGHTS.stat().st_size <= 200_000


def test_vowel_signs_of_the_neighbours_do_not_matter() -> None:
    assert read("لِباس را با صابون [شست]") == "ʃˈost"


def test_the_time_of_a_word_does_not_grow_with_the_sentence() -> None:
    def seconds(length: int) -> float:
        words = ["لباس", "را", "شست"] * (length // 3)
        started = time.process_time()
        for index in range(2, len(words), 3):
            homograph_ipa(words, index)
        return time.process_time() - started

    seconds(300)
    assert seconds(30_000) < 40 * min(seconds(3_000) for _ in range(3))


def test_a_written_ezafe_does_not_hide_a_homograph() -> None:
    assert homograph_ipa(["عرضه\u0654", "داری"], 0) == homograph_ipa(["عرضه", "داری"], 0) == "orzˈeː"
    assert known_readings("عرضه\u0654") == known_readings("عرضه") != ()
