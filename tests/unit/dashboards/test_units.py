"""Values in the pictures are written about as Grafana writes them."""

from __future__ import annotations

import pytest

from tools.dashboards.model import Unit
from tools.dashboards.units import formatted


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0, "s", "0 s"),
        (0.0937, "s", "93.7 ms"),
        (5400, "s", "1.5 h"),
        (0, "bytes", "0 B"),
        (45.9 * 2**20, "bytes", "45.9 MiB"),
        (300_000, "Bps", "293 KiB/s"),
        (0.222, "percentunit", "22.2 %"),
        (7.5, "reqps", "7.5 req/s"),
        (71, "celsius", "71 °C"),
        (3, "short", "3"),
    ],
)
def test_a_value_has_three_digits_and_its_unit(value: float, unit: Unit, text: str) -> None:
    assert formatted(value, unit) == text
