"""No integer gets lost: neither for an emoticon (8 and a bracket) nor for any other pattern."""

from __future__ import annotations

import random

import pytest

from shared.persian.frontend import Frontend
from shared.persian.words import LONGEST, cardinal

_SEEN_BY_PEOPLE = 10_000
_SAMPLE = 2_000
_FRAMES = [("تعداد {} نفر", "تعداد {} نفر"), ("{}.", "{}."), ("{})", "{}"), ("{}٪", "{} درصد"), ("({})", "{}")]

_random = random.Random(1403)
_LARGE = [_random.randrange(10 ** _random.randint(5, LONGEST)) for _ in range(_SAMPLE)]
SOME = [*range(1001), *range(1001, _SEEN_BY_PEOPLE + 1, 13), *_LARGE[:200]]
EVERY = [*range(_SEEN_BY_PEOPLE + 1), *_LARGE]


@pytest.mark.parametrize("numbers", [SOME, pytest.param(EVERY, marks=pytest.mark.siege)], ids=["some", "every"])
@pytest.mark.parametrize(("written", "read"), _FRAMES)
def test_every_integer_survives(written: str, read: str, numbers: list[int]) -> None:
    frontend = Frontend()
    lost = [n for n in numbers if frontend.normalize(written.format(n)) != read.format(cardinal(n))]
    assert not lost, f"{len(lost)} numbers, such as {lost[:5]}"
