"""Patterns of file names: their matches, and the limit of their time."""

from __future__ import annotations

import itertools
import time

import pytest

from shared.contracts.errors import Validation
from shared.files.patterns import MATCHING_S, Chooser, chosen


@pytest.mark.parametrize(
    ("path", "include", "exclude", "expected"),
    [
        ("a.bin", (), (), True),
        ("a.bin", ("*.bin",), (), True),
        ("x/a.bin", ("*.bin",), (), True),
        ("x/a.bin", ("x/",), (), True),
        ("a.txt", ("*.bin", "*.txt"), (), True),
        ("a.txt", ("*.bin",), (), False),
        ("a.bin", (), ("a*",), False),
        ("a.bin", ("*.bin",), ("x/", "a.b[i]n"), False),
        ("a\n.bin", ("a?.bin",), (), True),
        ("A.BIN", ("*.bin",), (), False),
    ],
)
def test_matching(path: str, include: tuple[str, ...], exclude: tuple[str, ...], expected: bool) -> None:
    assert chosen(path, include, exclude) is expected


def test_no_pattern_makes_one_path_slow() -> None:
    started = time.process_time()
    for pattern in ("*a" * 149 + "b", "*" * 300, "?*" * 150, "[a-z]*" * 50, "*[!b]" * 60):
        chosen("a" * 4096, (pattern,), ())
    assert time.process_time() - started < 2


def test_patterns_times_paths_are_bounded() -> None:
    clock = itertools.count(0.0, MATCHING_S / 3)
    with pytest.raises(Validation, match="patterns take more than 5 s"):
        Chooser(("*a*",)).choose(["a"] * 1_000, monotonic=lambda: next(clock))


def test_a_large_repository_is_quick() -> None:
    paths = [f"data/train-{number:05}-of-60000.parquet" for number in range(60_000)]
    started = time.process_time()
    found = Chooser(("*.parquet", "*.json", "README.md"), ("data/test-*", "*.bin")).choose(paths)
    assert time.process_time() - started < 2
    assert len(found) == 60_000
