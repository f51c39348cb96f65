"""The free space of the disk that uploads go to."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from shared.contracts.errors import NoSpace
from shared.files.archive import RESERVE_BYTES


def check_free(folder: Path, free: Callable[[Path], int], size: int = 0) -> None:
    """Raises `NoSpace` if `size` more bytes would use the reserve of the store and the logs. Blocking."""
    if free(folder) < size + RESERVE_BYTES:
        raise NoSpace(
            f"The disk has no space for {size:,} bytes." if size else "The disk is nearly full.",
            hint="Make room under SOKHAN_DATA.",
        )
