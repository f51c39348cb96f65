"""Six marks, and no two words joined."""

from __future__ import annotations

import pytest

from shared.persian.punctuation import unify_marks

CASES = [
    ("سلام، دنیا", "سلام, دنیا"),
    ("یک؛ دو", "یک; دو"),
    ("چرا؟", "چرا?"),
    ("چرا ؟", "چرا?"),
    ("نه…", "نه."),
    ("نه...", "نه."),
    ("چی؟!", "چی?"),
    ("وای!!!", "وای!"),
    ("«سلام»", "سلام"),
    ("“سلام”", "سلام"),
    ("یک،دو", "یک, دو"),
    ("سلام،چطوری؟خوبم", "سلام, چطوری? خوبم"),
    ("گفت: «برو.»", "گفت: برو."),
    ("سلام 😀 دنیا", "سلام دنیا"),
    ("سلام   دنیا", "سلام دنیا"),
    ("یک\n\n دو", "یک\nدو"),
    ("(یک) [دو]", "یک دو"),
    ("don't", "don't"),
    ("تهران - مشهد", "تهران, مشهد"),
    ("پل ۱۲-متری", "پل متری"),
    ("نه --- بله", "نه, بله"),
    ("یک , دو", "یک, دو"),
    ("یک/دو", "یک دو"),
    ("\t\u2003یک\u2003دو", "یک دو"),
    ("Привет سلام", "سلام"),
]


@pytest.mark.parametrize(("written", "unified"), CASES)
def test_marks(written: str, unified: str) -> None:
    assert unify_marks(written).strip() == unified
    assert unify_marks(unified) == unified
