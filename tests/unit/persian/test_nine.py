"""«نه»: nine or no."""

from __future__ import annotations

import pytest

from shared.persian.frontend import Frontend


@pytest.mark.parametrize(
    "text",
    [
        "۹ نفر", "نود و نه", "۱۰۹", "کد ۴۸۲۹۱", "ساعت ۹ صبح", "۹٪", "۹ هزار تومان", "۹۹۹", "۰۹۱۲۳۴۵۶۷۸۹", "نه کیلومتر",
        "رمز 912",
    ],
)  # fmt: skip
def test_a_number_is_said_as_one(text: str) -> None:
    assert "noh" in Frontend().phonemes(text).replace("ˈ", "")


@pytest.mark.parametrize(
    "text", ["نه، نمی‌آیم.", "نه خیر", "نه یک نفر آمد", "گفت نه", "نه این و نه آن", "نه دو بار", "سه نفر گفتند نه"]
)
def test_a_refusal_is_one(text: str) -> None:
    assert "noh" not in Frontend().phonemes(text).replace("ˈ", "")
