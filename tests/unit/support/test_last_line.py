"""The last line of a test run."""

from __future__ import annotations

from types import SimpleNamespace

from tests.support.last_line import sentence


def skipped(reason: str) -> object:
    return SimpleNamespace(longrepr=("tests/x.py", 1, f"Skipped: {reason}"))


def test_it_counts_and_gives_each_reason_once() -> None:
    stats = {"passed": [object()] * 3, "skipped": [skipped("no Docker"), skipped("no npm"), skipped("no Docker")]}
    assert sentence(stats, 90) == "3 passed, 3 skipped (2: no Docker; 1: no npm), 1.5 minutes"


def test_what_failed_is_not_left_out() -> None:
    assert (
        sentence({"failed": [object()], "error": [object()] * 2}, 6)
        == "0 passed, 1 failed, 2 error, 0 skipped, 0.1 minutes"
    )
