from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.persian.frontend import Frontend
from shared.persian.lexicon import Lexicon
from shared.quality.phonemes import LONGEST_PHONEME, edit_distance, error_rate, split_phonemes

_SEQUENCES = st.lists(st.sampled_from("abcd"), max_size=8)


@pytest.mark.parametrize(
    ("ipa", "units"),
    [
        ("", []),
        (" ,.?! ", []),
        ("salˈɑm, donjˈɑ!", ["s", "a", "l", "ɑ", "m", "d", "o", "n", "j", "ɑ"]),
        ("tʃˈɑːj", ["tʃ", "ɑː", "j"]),
        ("dʒahˈɑn", ["dʒ", "a", "h", "ɑ", "n"]),
        ("d ʒ", ["d", "ʒ"]),
        ("bˈaʔd", ["b", "a", "ʔ", "d"]),
        ("ˈɑq1ɑ", ["ɑ", "q", "ɑ"]),
        ("ː a", ["a"]),
        ("t͡ʃi", ["tʃ", "i"]),
        ("takˈallom", ["t", "a", "k", "a", "l", "l", "o", "m"]),
    ],
)
def test_split_phonemes(ipa: str, units: list[str]) -> None:
    assert list(split_phonemes(ipa)) == units


def test_the_front_ends_phonemes_have_no_marks() -> None:
    units = split_phonemes(Frontend().phonemes("چرا نمی‌آیی؟ جهان، با قلم!"))
    assert {"tʃ", "dʒ", "q"} <= set(units)
    assert all(unit[0].isalpha() and unit == unit.strip("ˈˌ1 ") for unit in units)


@pytest.mark.parametrize(
    ("reference", "hypothesis", "rate"),
    [("abcd", "abcd", 0), ("abcd", "", 1), ("abcd", "abd", 0.25), ("abcd", "axcd", 0.25), ("ab", "abxxxx", 2)],
)
def test_error_rate(reference: str, hypothesis: str, rate: float) -> None:
    assert error_rate(reference, hypothesis) == rate


def test_error_rate_of_an_empty_reference() -> None:
    assert error_rate("", "") == 0.0
    assert error_rate("", "a") == 1.0


@given(_SEQUENCES, _SEQUENCES)
def test_edit_distance_is_a_metric(one: list[str], other: list[str]) -> None:
    distance = edit_distance(one, other)
    assert distance == edit_distance(other, one)
    assert abs(len(one) - len(other)) <= distance <= max(len(one), len(other))
    assert (distance == 0) == (one == other)


def test_a_phoneme_of_a_lexicon_is_bounded() -> None:
    frontend = Frontend(lexicon=Lexicon.parse("سلام\t/saːːːːːːːːːːːːlam/"))
    assert max(len(unit) for unit in split_phonemes(frontend.phonemes("سلام"))) == LONGEST_PHONEME
