"""The whole front-end: stages in order, what is refused, and how light its import is."""

from __future__ import annotations

import subprocess
import sys

import pytest

from shared.contracts.errors import Validation
from shared.persian.frontend import PIPELINE, Frontend
from shared.persian.speakable import speakable

frontend = Frontend()

NORMALIZED = [
    ("سلام، دنيا؟!", "سلام, دنیا?"),
    ("۱٬۲۳۴ تومان", "هزار و دویست و سی و چهار تومان"),
    ("٪۲۰ تخفیف", "بیست درصد تخفیف"),
    ("ببین https://example.com/a?b=1,234&c=2.5. تمام", "ببین اگزمپل دات کام اسلش ای. تمام"),
    ("ص ۵کیلو", "صفحهٔ پنج کیلو"),
    ("خانه \u200cء ) بزرگ", "خانهٔ بزرگ"),  # the hamza of ۀ, behind what is not spoken
    ("hello, world!", "hello, world!"),  # nothing for a Persian voice, so nothing is changed
]


@pytest.mark.parametrize(("written", "normalized"), NORMALIZED)
def test_normalize_is_idempotent(written: str, normalized: str) -> None:
    assert frontend.normalize(written) == normalized
    assert frontend.normalize(normalized) == normalized


@pytest.mark.parametrize(
    ("written", "normalized"),
    [
        ("2 1/5متر", "دو و یک پنجم متر"),
        ("ساعت 7.5صبح", "ساعت هفت و نیم صبح"),
        ("20kتومان", "بیست هزار تومان"),
        ("5Gدارد", "پنج جی دارد"),
        ("انقضا: 2027/03است", "انقضا: مارس دو هزار و بیست و هفت است"),
        ("انقضا: 05/27است", "انقضا: مه دو هزار و بیست و هفت است"),
        ("تلفن88776655", "تلفن هشتاد و هشت, هفتاد و هفت, شصت و شش, پنجاه و پنج"),
    ],
)
def test_a_word_glued_to_a_number_is_a_word(written: str, normalized: str) -> None:
    assert frontend.normalize(written) == normalized


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
    stages = [t.stage for t in analysis.trace]
    assert stages == ["input", *(stage.name for stage in PIPELINE), "lexicon", "readings", "phonemes"]
    assert analysis.trace[2].text == "علی 2 کتاب دارد. خوب؟"
    assert analysis.sentences == ("علی دو کتاب دارد.", "خوب?")
    assert analysis.phonemes.count("\n") == 1


def test_the_trace_tells_which_stage_did_what() -> None:
    steps = frontend.analyse("از ۲۵°C تا $5 در BBC").trace
    text = {step.stage: step.text for step in steps}
    assert text["letters"] == "از 25°C تا $5 در BBC"
    assert text["money"] == "از 25°C تا 5 دلار در BBC"
    assert text["units"] == "از 25 درجهٔ سانتی‌گراد تا 5 دلار در BBC"
    assert text["numbers"] == "از بیست و پنج درجهٔ سانتی‌گراد تا پنج دلار در BBC"
    assert text["latin"] == "از بیست و پنج درجهٔ سانتی‌گراد تا پنج دلار در بی‌بی‌سی"


def test_the_trace_names_what_no_voice_says() -> None:
    steps = {step.stage: step.text for step in frontend.analyse("سلام ★ Привет ♥ √۲").trace}
    assert steps["dropped"] == "★ П р и в е т ♥"
    assert "dropped" not in {step.stage for step in frontend.analyse("«سلام»، (دنیا)!").trace}


def test_the_names_of_tags_are_no_words_and_no_numbers() -> None:
    assert not speakable("<h1>hello</h1>")
    assert not speakable("<think>سلام ۱۲</think>")
    assert speakable("&#1587;")
    assert frontend.normalize("<h1>hello</h1>").strip() == "hello"


@pytest.mark.parametrize("text", ["", "   ", "...", "hello", "😀", "\x00", "؟", "<br/>", "<think>سلام</think>", "---"])
def test_a_text_with_nothing_to_say_is_refused_with_a_hint(text: str) -> None:
    assert not speakable(text)
    for method in (frontend.sentences, frontend.phonemes, frontend.analyse):
        with pytest.raises(Validation) as refused:
            method(text)
        assert refused.value.hint


@pytest.mark.parametrize("text", ["سلام", "كتاب", "۱۲", "½", "①", "<b>سلام</b>", "ﺳﻼﻡ", "hello سلام"])
def test_speakable(text: str) -> None:
    assert speakable(text)


def test_whether_a_text_can_be_spoken_needs_nothing_of_the_pipeline() -> None:
    code = "import sys, shared.persian.speakable; sys.exit('shared.persian.frontend' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_import_loads_neither_torch_nor_the_espeak_library() -> None:
    espeak = "shared.persian.espeak._instance.cache_info().currsize"
    loaded = "{'torch', 'TTS', 'numpy'} & set(sys.modules)"
    code = f"import sys, shared.persian.frontend; sys.exit(bool({loaded}) or {espeak})"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_after_preload_the_first_sentence_opens_no_file() -> None:
    code = (
        "import sys; from shared.persian.frontend import Frontend, preload; preload(); opened = [];"
        "sys.addaudithook(lambda event, details: opened.append(details) if event == 'open' else None);"
        "Frontend().phonemes('کتاب تاریخ و این کرم را بخوان'); sys.exit(str(opened) if opened else 0)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
