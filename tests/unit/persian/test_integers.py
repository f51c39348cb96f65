"""No integer gets lost: neither for an emoticon (8 and a bracket) nor for any other pattern."""

from __future__ import annotations

import random

import pytest

from shared.persian import Frontend
from shared.persian.words import LONGEST, cardinal

_SEEN_BY_PEOPLE = 10_000
_SAMPLE = 2_000
_FRAMES = [("تعداد {} نفر", "تعداد {} نفر"), ("{}.", "{}."), ("{})", "{}"), ("{}٪", "{} درصد"), ("({})", "{}")]

_random = random.Random(1403)
NUMBERS = [
    *range(_SEEN_BY_PEOPLE + 1),
    *(_random.randrange(10 ** _random.randint(5, LONGEST)) for _ in range(_SAMPLE)),
]


@pytest.mark.parametrize(("written", "read"), _FRAMES)
def test_every_integer_survives(written: str, read: str) -> None:
    frontend = Frontend()
    lost = [n for n in NUMBERS if frontend.normalize(written.format(n)) != read.format(cardinal(n))]
    assert not lost, f"{len(lost)} numbers, such as {lost[:5]}"
