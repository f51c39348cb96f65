"""Patterns of file names, as in the Hub's client: `*`, `?`, `[…]`, and a folder's name for all files in it.

Patterns come from users and paths from repositories, so their product is bounded: 100 patterns on 200,000 long paths
would take minutes.
"""

from __future__ import annotations

import fnmatch
import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from shared.contracts.errors import Validation

MATCHING_S = 5.0
"""A real repository (60,000 files, ten patterns) takes less than 0.1 s."""
_EVERY = 64  # paths between two looks at the clock


@dataclass(frozen=True, slots=True)
class Chooser:
    """Matches a pattern of `include` (every path, if that is empty) and none of `exclude`."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def matches(self, path: str) -> bool:
        included = not self.include or _compiled(self.include).match(path) is not None
        return included and not (self.exclude and _compiled(self.exclude).match(path))

    def choose(self, paths: Iterable[str], monotonic: Callable[[], float] = time.monotonic) -> list[str]:
        """The paths that match, in their order. Raises `Validation` if that takes too long. Blocking."""
        deadline = monotonic() + MATCHING_S
        found = []
        for number, path in enumerate(paths):
            if number % _EVERY == 0 and monotonic() > deadline:
                raise Validation(
                    f"The patterns take more than {MATCHING_S:g} s on the files of this repository.",
                    hint="Give fewer patterns, or patterns with fewer wildcards.",
                )
            if self.matches(path):
                found.append(path)
        return found


@lru_cache(maxsize=64)
def _compiled(patterns: tuple[str, ...]) -> re.Pattern[str]:
    return re.compile("|".join(_translated(pattern) for pattern in patterns))


def _translated(pattern: str) -> str:
    # Atomic groups, which fnmatch emits for `*`: a match takes time in proportion to the path, whatever the pattern.
    return fnmatch.translate(f"{pattern}*" if pattern.endswith("/") else pattern)


def chosen(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether a path matches a pattern of `include` (or `include` is empty) and none of `exclude`."""
    return Chooser(tuple(include), tuple(exclude)).matches(path)
