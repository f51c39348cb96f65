"""The ezafe model's file, and the guards around it."""

from __future__ import annotations

import gzip
import random

import pytest

from shared.persian.readings.certain import has_certain_ezafe
from shared.persian.readings.ezafe import WEIGHTS, EzafeModel, ezafe_model, model_text, parse_model
from shared.persian.readings.ezafe_features import features
from shared.persian.readings.guards import may_have_ezafe
from shared.persian.word_classes import UNKNOWN, WordClass, class_of, parse_class

MODEL = ezafe_model()


def test_the_file_is_small_and_names_its_sources() -> None:
    assert WEIGHTS.stat().st_size < 500_000
    assert MODEL.header["version"]
    assert "MIT" in MODEL.header["labels"]
    assert "CC BY-SA 4.0" in MODEL.header["text"]
    assert "CC0" in MODEL.header["text"]


def test_the_file_is_what_the_model_writes() -> None:
    assert gzip.decompress(WEIGHTS.read_bytes()).decode() == model_text(MODEL)


def test_every_weight_is_of_a_feature_that_exists() -> None:
    words = ["کتاب", "خوب", "علی"]
    templates = {name.partition("=")[0] for name in features(words, [UNKNOWN] * 3, 1)}
    assert {name.partition("=")[0] for name in MODEL.weights} <= templates


SENTENCES = [
    ("کتاب تاریخ ایران است .", [1, 1, 0, 0, 0]),
    ("وزیر امور خارجه ایران گفت .", [1, 1, 1, 0, 0, 0]),
    ("او به خانه رفت .", [0, 0, 0, 0, 0]),
    ("برای دوست من", [1, 1, 0]),
]


@pytest.mark.parametrize(("sentence", "ezafes"), SENTENCES)
def test_ezafes(sentence: str, ezafes: list[int]) -> None:
    assert MODEL.ezafes(MODEL.tag(sentence.split())) == [bool(ezafe) for ezafe in ezafes]


GUARDED = [
    ("کتاب را", 0),
    ("کتاب رفت", 0),
    ("کتاب ,", 0),
    ("کتاب", 0),
    ("صد و بیست", 0),
    ("هزار نهصد", 0),
    ("بی بی سی", 0),
    ("می\u200cخوای خانه", 0),
    ("نمیری خانه", 0),
    ("کتاب نبینم", 0),
    ("خانه\u200cام بزرگ", 0),
    ("کتاب\u200cهایش خوب", 0),
    ("ب مثبت", 0),
    ("خانه بزرگ است", 0),
    ("این خانه بزرگ است", 1),
    ("گفت که تغییر لازم نبود", 2),
    ("نظر مراجع تقلید بسیار مهم است", 2),
    ("برادر کوچکم عاشق است", 1),
    ("معلمش زبان", 0),
]


@pytest.mark.parametrize(("sentence", "index"), GUARDED)
def test_there_is_no_ezafe(sentence: str, index: int) -> None:
    assert not may_have_ezafe(MODEL.tag(sentence.split()), index)


ALLOWED = [
    ("کتاب خوب", 0),
    ("ده صبح", 0),
    ("سال هزار", 0),
    ("سی\u200cام ماه", 0),
    ("خانه\u200cی ما", 0),
    ("خانه بزرگ", 0),
    ("خانه بزرگی است", 0),
    ("عادت همیشگی\u200cاش بود", 0),
    ("در خانه بزرگ است", 1),
    ("آب و هوا خوب است", 2),
    ("مرد خیلی خوب", 0),
    ("فیلم بسیار خوبی بود", 0),
    ("وفات حکیم", 0),
]


@pytest.mark.parametrize(("sentence", "index"), ALLOWED)
def test_there_may_be_an_ezafe(sentence: str, index: int) -> None:
    assert may_have_ezafe(MODEL.tag(sentence.split()), index)


CERTAIN = [
    ("این کتاب من است", 1, True),
    ("دوستان شما بودند", 0, True),
    ("علی من هستم", 0, False),
    ("این من است", 0, False),
    ("کتاب علی است", 0, False),
    ("کتاب من", 0, False),
    ("ساعت هفت صبح", 1, True),
    ("ساعت هفت و نیم صبح", 3, True),
    ("ساعت هفت شب", 1, True),
    ("ساعت پنج بعد از ظهر", 1, True),
    ("ساعت پنج بعد از آن", 1, False),
    ("نه صبح", 0, True),
    ("هفت شب", 0, False),
    ("یک صبح", 0, False),
    ("هر صبح", 0, False),
    ("ساعت کار شب", 1, False),
]


@pytest.mark.parametrize(("sentence", "index", "certain"), CERTAIN)
def test_there_is_certainly_an_ezafe(sentence: str, index: int, certain: bool) -> None:
    assert has_certain_ezafe(MODEL.tag(sentence.split()), index) is certain


def test_a_stated_class_decides_whether_a_verb_follows() -> None:
    noun, verb = parse_class("N0,0,0,0,0"), parse_class("V,0,0,0,0")
    assert may_have_ezafe(MODEL.tag(["کتاب", "رفت"], [None, noun]), 0)
    assert not may_have_ezafe(MODEL.tag(["کتاب", "گلناز"], [None, verb]), 0)


def test_a_stated_class_decides_whether_a_word_is_a_verb() -> None:
    noun, verb = parse_class("N0,0,0,0,0"), parse_class("V,0,0,0,0")
    assert may_have_ezafe(MODEL.tag(["نمیری", "خانه"], [noun]), 0)
    assert not may_have_ezafe(MODEL.tag(["گلناز", "خانه"], [verb]), 0)


def test_a_word_of_a_stated_class_has_no_possessive_ending() -> None:
    assert not may_have_ezafe(MODEL.tag(["معلمش", "زبان"]), 0)
    assert may_have_ezafe(MODEL.tag(["معلمش", "زبان"], [parse_class("N0,0,0,0,0")]), 0)


def test_a_class_is_found_without_the_half_space() -> None:
    classes = {"باورهای": parse_class("N2,1,0,-1,0")}
    assert class_of("باور\u200cهای", classes) == WordClass("N", "N2", "1", "0", "-1", "0")
    assert class_of("باور", classes) is UNKNOWN


def test_a_model_of_one_feature() -> None:
    model = parse_model("version: x\n\nb\t-1\nw=کتاب\t2\n\nN0,0,0,0,0\tکتاب\n")
    assert model == EzafeModel({"version": "x"}, {"b": -1, "w=کتاب": 2}, {"کتاب": parse_class("N0,0,0,0,0")})
    assert model.ezafes(model.tag(["کتاب", "خوب", "."])) == [True, False, False]


def test_a_word_is_read_alike_at_any_length_of_its_sentence() -> None:
    draw = random.Random(1)
    few = [draw.choice(["کتاب", "خوب", "علی", "رفت", "و"]) for _ in range(20)]
    assert MODEL.ezafes(MODEL.tag(few * 50))[:18] == MODEL.ezafes(MODEL.tag(few))[:18]
