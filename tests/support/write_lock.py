"""SQLite's write lock, held on purpose: no process can write while somebody has it."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from tests.support.processes import Process

_LIMIT_S = 10


@contextmanager
def write_lock(database: Path) -> Iterator[None]:
    """Nobody else writes meanwhile, which is what a store that is away looks like."""
    with closing(sqlite3.connect(database, isolation_level=None, timeout=_LIMIT_S)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def hold_write_lock(database: Path, seconds: float) -> None:
    with write_lock(database):
        time.sleep(seconds)


def freeze_outside_a_write(process: Process, database: Path) -> None:
    """Frozen in the middle of a commit it would keep the lock for as long as it sleeps (ADR 3)."""
    with write_lock(database):
        process.freeze()
        # The signal is sent, and the process stops a little later: before the lock is free.
        os.waitid(os.P_PID, process.popen.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
