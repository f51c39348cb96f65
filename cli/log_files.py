"""Logs of the supervised processes, which stay small while the processes run."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

MAX_BYTES = 10 * 1024 * 1024
ROTATE_EVERY_S = 10.0


def rotate(log: Path, *, most: int = MAX_BYTES) -> bool:
    """Move a log of more than `most` bytes to `<name>.1`, and empty it. Returns whether it did.

    The process goes on writing to the same file, opened for appending. Lines that it writes between the copy and the
    truncation are lost: some in ten megabytes.
    """
    try:
        if log.stat().st_size <= most:
            return False
        shutil.copyfile(log, log.with_name(f"{log.name}.1"))
        os.truncate(log, 0)
    except OSError:  # a full disk: the next call tries again
        return False
    return True
