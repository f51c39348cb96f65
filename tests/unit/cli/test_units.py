from __future__ import annotations

import pytest

from cli.output import rate
from cli.units import parse_rate


@pytest.mark.parametrize(
    ("text", "rate"),
    [
        ("2M", 2_000_000),
        ("500k", 500_000),
        ("500 kB", 500_000),
        ("1.5 MB/s", 1_500_000),
        ("1G", 1_000_000_000),
        ("512KiB", 524_288),
        ("1mib/s", 1_048_576),
        ("300", 300),
        ("300b", 300),
        (" 2m ", 2_000_000),
        ("none", None),
        ("NONE", None),
    ],
)
def test_a_rate_is_read_as_people_write_it(text: str, rate: int | None) -> None:
    assert parse_rate(text) == rate


@pytest.mark.parametrize(
    "text", ["", "fast", "-2M", "2 Mbit", "2X", "M", "1e9", "inf", "nan", "0", "0.2", "2M3", "i", "2i"]
)
def test_what_is_no_rate_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match=r"500k or 2M|at least 1 byte"):
        parse_rate(text)


def test_a_rate_is_shown_as_it_is_taken() -> None:
    assert (rate(2_000_000), rate(None)) == ("2.0 MB/s", "no limit")
