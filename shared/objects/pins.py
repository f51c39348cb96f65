"""Pins: a unit in use on this machine is not evicted. They end with their process."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from shared.objects.records import SiteRecords


@contextmanager
def pinned(records: SiteRecords, unit: str) -> Iterator[None]:
    """Pin a unit for the block. A run's checkpoints are pinned together: `checkpoints/<run>`."""
    with _pin(records, unit).open("a") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        yield


@contextmanager
def unless_pinned(records: SiteRecords, unit: str) -> Iterator[bool]:
    """Whether nobody uses the unit, and nobody begins to for the block."""
    with _pin(records, unit).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
            return
        yield True


def _pin(records: SiteRecords, unit: str) -> Path:
    parts = unit.split("/")
    together = "/".join(parts[:2]) if parts[0] == "checkpoints" else unit
    return records.path(together).with_suffix(".pin")
