"""What the first page of the console sends stays within what a slow line can bear."""

from __future__ import annotations

from bench.console import sizes


def test_the_first_page_stays_small() -> None:
    found = sizes()
    assert 100_000 < found["first page (Persian), without its font"] <= 260_000
    assert found["largest page of its own"] <= 40_000
