"""Where a breath ends."""

from __future__ import annotations

import pytest

from shared.persian.sentences import MAX_CHARACTERS, split_sentences

CASES = [
    ("آمد... خداحافظ.", ["آمد...", "خداحافظ."]),
    ("آمد.خداحافظ", ["آمد.", "خداحافظ"]),
    ("آمد… خداحافظ", ["آمد…", "خداحافظ"]),
    ("سلام! خوبی؟ بله.", ["سلام!", "خوبی؟", "بله."]),
    ("سلام! خوبی? بله", ["سلام!", "خوبی?", "بله"]),
    ("یک؛ دو; سه", ["یک؛", "دو;", "سه"]),
    ("خط یک\nخط دو\n\n", ["خط یک", "خط دو"]),
    ("عدد 3.5 است. بله", ["عدد 3.5 است.", "بله"]),
    ("عدد ۳.۵ است", ["عدد ۳.۵ است"]),
    ("سایت www.example.com/a?b=1 خوب است.", ["سایت www.example.com/a?b=1 خوب است."]),
    ("«برو.» رفت.", ["«برو.»", "رفت."]),
    ("یک، دو", ["یک، دو"]),
    ("...", []),
    ("", []),
    (" \n ", []),
]


@pytest.mark.parametrize(("text", "sentences"), CASES)
def test_sentences(text: str, sentences: list[str]) -> None:
    assert split_sentences(text) == sentences


def test_a_long_sentence_is_cut_at_a_comma_or_a_space_and_loses_no_word() -> None:
    words = ["کلمه" + ("،" if n % 17 == 16 else "") for n in range(500)]
    pieces = split_sentences(" ".join(words))
    assert all(len(piece) <= MAX_CHARACTERS for piece in pieces)
    assert " ".join(pieces).split() == words
    assert pieces[0].endswith("،")


def test_a_word_without_end_is_cut_too() -> None:
    assert [len(p) for p in split_sentences("ا" * 1000)] == [400, 400, 200]
