"""The admin's file: what it may say, what is refused and in which line, and what it does to a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.errors import Validation
from shared.persian.frontend import Frontend
from shared.persian.lexicon import LONGEST, MOST_ENTRIES, Lexicon

FILE = """\ufeff# stations
مهراباد\tمهرآباد

ك\u200cج\tکاف جیم  # letters are unified
مک\u200cدونالد\tمَک دونالد
تست\t/tˈest/
"""
frontend = Frontend(lexicon=Lexicon.parse(FILE))


def test_parse() -> None:
    lexicon = Lexicon.parse(FILE)
    assert dict(lexicon.respellings) == {
        "مهراباد": "مهرآباد",
        "ک\u200cج": "کاف جیم",
        "مک\u200cدونالد": "مَک دونالد",
    }
    assert {word: found.ipa for word, found in lexicon.readings.items()} == {"تست": "tˈest"}


CASES = [
    ("به مهراباد رفت.", "به مهرآباد رفت."),
    ("به «مهراباد»، رفت", "به مهرآباد, رفت"),
    ("مهراباد مهراباد", "مهرآباد مهرآباد"),
    ("مهراباد ها", "مهرآباد\u200cها"),
    ("مهراباد\u200cهای", "مهرآباد\u200cهای"),
    ("مهرابادی", "مهرابادی"),  # whole words only
    ("مِهراباد", "مِهراباد"),  # vowel signs precede the lexicon
    ("ک\u200cج", "کاف جیم"),
    ("ک ج", "ک ج"),
    ("مک\u200cدونالد", "مَک دونالد"),
    ("مک\u200cدونالد ها", "مَک دونالد\u200cها"),
    ("تست", "تست"),  # IPA is for the phonemes
]


@pytest.mark.parametrize(("written", "read"), CASES)
def test_respellings(written: str, read: str) -> None:
    assert frontend.normalize(written) == read
    assert frontend.normalize(read) == read


def test_the_trace_shows_the_lexicon() -> None:
    stages = {step.stage: step.text for step in frontend.analyse("مهراباد ها").trace}
    assert stages["spacing"] == "مهراباد\u200cها"
    assert stages["lexicon"] == "مهرآباد\u200cها"


def test_ipa_is_said_in_its_place() -> None:
    plain = Frontend()
    said = frontend.phonemes("سلام تست، دنیا تست", "espeak/1")
    assert said == f"{plain.phonemes('سلام')} tˈest, {plain.phonemes('دنیا')} tˈest"
    assert frontend.phonemes("تست") == "tˈest"
    assert frontend.phonemes("تستی") == plain.phonemes("تستی")


def test_the_vowel_signs_of_a_respelling_are_read() -> None:
    said = frontend.read("مک\u200cدونالد")
    assert (said[0].ipa, said[0].source) == ("mˈak", "signs")
    assert frontend.letters("مک\u200cدونالد") == "مک دونالد"


def test_a_respelling_with_vowel_signs_has_no_entry_of_its_own() -> None:
    lexicon = Lexicon.parse("یک\tسِه\nسه\tچهار")
    assert lexicon.respell("یک سه سِه") == "سِه چهار سِه"


def test_a_lexicon_without_ipa_changes_no_phonemes() -> None:
    only = Frontend(lexicon=Lexicon.parse("مهراباد\tمهرآباد"))
    assert only.phonemes("قاشق و غذا") == Frontend().phonemes("قاشق و غذا")


WRONG = [
    ("کتاب", 1, "a tab"),
    ("کتاب\t", 1, "a tab"),
    ("\n\nکتاب کتاب", 3, "a tab"),
    ("دو کلمه\tیک", 1, "its own words"),
    ("hello\tهلو", 1, "one word"),
    ("۱۲\tدوازده", 1, "one word"),
    ("الف\tA", 1, "neither"),
    ("الف\t۱۲", 1, "neither"),
    ("الف\tب.", 1, "neither"),
    ("الف\t/سلام/", 1, "IPA"),
    ("الف\t/a", 1, "IPA"),
    ("الف\t/ /", 1, "no sound"),
    ("الف\t/ˈ/", 1, "no sound"),
    ("الف\tب\nالف\tپ", 2, "line 1"),
    ("یک\tدو\nدو\tسه", 1, "changes again"),
    ("یک\tیک یک", 1, "changes again"),
    ("یک\tدو\nدو\t/du/", 1, "changes again"),
    ("یک\tسِه دو\nدو\tپنج", 1, "changes again"),
    ("یک\tنمی", 1, "half-space"),
    ("یک\tدو ها", 1, "half-space"),
    ("ا" * (LONGEST + 1) + "\tب", 1, "characters"),
    ("ا\t" + "ب" * (LONGEST + 1), 1, "characters"),
]


@pytest.mark.parametrize(("text", "line", "why"), WRONG)
def test_a_wrong_line_is_named(text: str, line: int, why: str) -> None:
    with pytest.raises(Validation) as refused:
        Lexicon.parse(text)
    assert f"Line {line} " in refused.value.message
    assert why in refused.value.message
    assert refused.value.hint


def _word(number: int) -> str:
    return "".join("ابپتثجچحخد"[int(digit)] for digit in str(number))


def test_the_number_of_entries_is_bounded() -> None:
    lines = [f"{_word(n)}\tزوزوزو" for n in range(MOST_ENTRIES)]
    assert len(Lexicon.parse("\n".join(lines)).respellings) == MOST_ENTRIES
    with pytest.raises(Validation, match="20,000"):
        Lexicon.parse("\n".join([*lines, "ژژ\tز"]))


def test_load(tmp_path: Path) -> None:
    assert Lexicon.load(tmp_path / "none.tsv") == Lexicon()
    file = tmp_path / "lexicon.tsv"
    file.write_text(FILE, encoding="utf-8")
    assert Lexicon.load(file).respellings["مهراباد"] == "مهرآباد"
    file.write_bytes("کتاب\tب\n".encode() + b"\xff\xfe")
    with pytest.raises(Validation, match="Line 2"):
        Lexicon.load(file)
    file.write_bytes(b"#" * (8 * 1024 * 1024 + 1))
    with pytest.raises(Validation, match="too large"):
        Lexicon.load(file)


def test_it_cannot_be_changed() -> None:
    lexicon = Lexicon.parse(FILE)
    with pytest.raises(TypeError):
        lexicon.respellings["الف"] = "ب"  # type: ignore[index]


def test_a_written_ezafe_does_not_hide_the_entry_of_its_word() -> None:
    read = Frontend(lexicon=Lexicon.parse("خانه\t/xune/\nکوچه باغ\t/kutʃe bɑq1/\nباغ خانهٔ\t/bɑq1 xane/"))
    assert read.phonemes("خانهٔ ما") == "xuneje mˈɑ"
    assert read.phonemes("کوچهٔ باغ") == "kutʃeje bɑq1"
    assert read.phonemes("باغ خانهٔ", "espeak/1") == "bɑq1 xaneje"


def test_a_written_ezafe_precedes_a_tag() -> None:
    frontend = Frontend(lexicon=Lexicon.parse("خانه\t[no-ezafe]"))
    (first, _) = frontend.read("خانهٔ ما")
    assert (first.ezafe, first.ezafe_source) == (True, "signs")
    assert not frontend.read("خانه ما")[0].ezafe
