"""The command of a module that generates a committed file: `[--check] PATH`."""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from pathlib import Path


def write_or_check(arguments: Sequence[str], render: Callable[[], str]) -> int:
    """Write the file, or with `--check` compare it. Returns the exit status: 1 for a stale file."""
    check, path = "--check" in arguments, Path(next(item for item in arguments if not item.startswith("--")))
    if not check:
        path.write_text(render(), encoding="utf-8")
        return 0
    if not path.exists() or path.read_text(encoding="utf-8") != render():
        sys.stderr.write(f"{path} is stale: run `make docs`.\n")
        return 1
    return 0
