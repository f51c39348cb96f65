"""The whole front-end: stages in order, addresses untouched, hostile texts in linear time."""

from __future__ import annotations

import subprocess
import sys
import time

import pytest

from shared.contracts.errors import Validation
from shared.persian import Frontend, speakable

frontend = Frontend()

NORMALIZED = [
    ("سلام، دنيا؟!", "سلام, دنیا?"),
    ("۱٬۲۳۴ تومان", "یک هزار و دویست و سی و چهار تومان"),
    ("٪۲۰ تخفیف", "بیست درصد تخفیف"),
    ("ببین https://example.com/a?b=1,234&c=2.5. تمام", "ببین https://example.com/a?b=1,234&c=2.5. تمام"),
    ("نامه به a.b@example.com، فوری", "نامه به a.b@example.com, فوری"),
    ("www.example.com/۱۲ بله ۱۲", "www.example.com/۱۲ بله دوازده"),
    ("ص ۵کیلو", "ص پنج کیلو"),
]


@pytest.mark.parametrize(("written", "normalized"), NORMALIZED)
def test_normalize_is_idempotent(written: str, normalized: str) -> None:
    assert frontend.normalize(written) == normalized
    assert frontend.normalize(normalized) == normalized


PHONEMES = [
    ("سلام دنیا", "salˈɑm dˈonjɑ"),
    ("سلام، دنیا؟", "salˈɑm, dˈonjɑ?"),
    ("قاشق و غذا", "q1ˈɑʃoq1 vˈa q1azˈɑ"),
    ("۵ تا", "pˈandʒ tˈɑː"),
]


@pytest.mark.parametrize(("written", "phonemes"), PHONEMES)
def test_phonemes_keep_the_marks(written: str, phonemes: str) -> None:
    assert frontend.phonemes(written) == phonemes


def test_another_language_leaves_no_flag_in_the_phonemes() -> None:
    assert "(" not in frontend.phonemes("این hello است")


def test_analyse_shows_every_stage() -> None:
    analysis = frontend.analyse("علي ۲ كتاب دارد. خوب؟")
    assert [t.stage for t in analysis.trace] == ["input", "letters", "numbers", "punctuation", "phonemes"]
    assert analysis.trace[1].text == "علی 2 کتاب دارد. خوب؟"
    assert analysis.sentences == ("علی دو کتاب دارد.", "خوب?")
    assert analysis.phonemes.count("\n") == 1


@pytest.mark.parametrize("text", ["", "   ", "...", "hello", "😀", "\x00", "؟"])
def test_a_text_with_nothing_to_say_is_refused_with_a_hint(text: str) -> None:
    assert not speakable(text)
    for method in (frontend.sentences, frontend.phonemes, frontend.analyse):
        with pytest.raises(Validation) as refused:
            method(text)
        assert refused.value.hint


@pytest.mark.parametrize("text", ["سلام", "كتاب", "۱۲", "ﺳﻼﻡ", "hello سلام"])
def test_speakable(text: str) -> None:
    assert speakable(text)


N = 200_000
HOSTILE = {
    "digits": "1" * N,
    "dots": "." * N,
    "digits and dots": "1." * (N // 2),
    "grouped": "1,234" * (N // 5),
    "spaces": " " * N,
    "joiners": "\u200c" * N,
    "spaces and joiners": " \u200c" * (N // 2),
    "half an address": "a" * N,
    "ats": "a@" * (N // 2),
    "www": "www." * (N // 4),
    "marks in the wrong order": "ا" + "\u0653" * (N // 2) + "\u0655" * (N // 2),
    "percents": "% " * (N // 2),
    "quotes": '."' * (N // 2),
    "newlines": "\n " * (N // 2),
    "hamzas": "\u0654" * N,
    "minus": "-" * N,
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_text_takes_linear_time(name: str) -> None:
    started = time.perf_counter()
    text = frontend.normalize(HOSTILE[name])
    speakable(HOSTILE[name])
    if speakable(text):
        frontend.sentences(HOSTILE[name])
    # Measured: at most 0.5 s; the quadratic version of one pattern took 11 s.
    assert time.perf_counter() - started < 5


def test_the_import_loads_no_torch() -> None:
    code = "import sys, shared.persian; sys.exit(bool({'torch', 'TTS', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
