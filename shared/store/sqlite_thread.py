"""One SQLite connection on its own thread, configured for several processes on one file."""

from __future__ import annotations

import asyncio
import os
import sqlite3
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from shared.contracts.errors import Internal
from shared.store.port import StoreUnavailable

T = TypeVar("T")

BUSY_S = 4.0
"""The wait for another process's write. Writes take milliseconds, so a longer wait means an abandoned lock."""

CALL_S = 10.0
"""The limit of a call, which also covers the queue of this thread and a disk that does not answer."""

_OUTSIDE_CAUSES = {
    sqlite3.SQLITE_PERM: "may not be opened",
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked",
    sqlite3.SQLITE_READONLY: "is read-only",
    sqlite3.SQLITE_IOERR: "cannot be read or written: the disk reports an error",
    sqlite3.SQLITE_CORRUPT: "is damaged",
    sqlite3.SQLITE_FULL: "cannot grow: the disk is full",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "is locked by too many processes at once",
    sqlite3.SQLITE_NOTADB: "is not an SQLite database",
}
"""Primary result codes with a cause outside Sokhan; any other code is a bug in Sokhan."""


class SqliteThread:
    """Runs functions on the connection, one at a time. Raises `StoreUnavailable` within `CALL_S`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._executor = ThreadPoolExecutor(1, thread_name_prefix="store")
        self._connection: sqlite3.Connection | None = None
        self._file = (0, 0)
        self._closed = False

    async def open(self) -> None:
        await self._call(self._open)

    async def run(self, work: Callable[[sqlite3.Connection], T]) -> T:
        """Run `work` on the connection. It raises `sqlite3.IntegrityError` untranslated. After a timeout or a
        cancellation a write may still take effect."""
        return await self._call(lambda: work(self._checked()))

    async def close(self) -> None:
        """Safe to call twice."""
        if not self._closed:
            try:
                await self._call(self._close)
            finally:
                self._closed = True
                self._executor.shutdown(wait=False)

    async def _call(self, work: Callable[[], T]) -> T:
        if self._closed:
            raise StoreUnavailable(f"The store {self.path} is closed.")
        try:
            async with asyncio.timeout(CALL_S):
                return await asyncio.get_running_loop().run_in_executor(self._executor, work)
        except TimeoutError:
            raise StoreUnavailable(f"The store {self.path} has not answered for {CALL_S:.0f} s.") from None
        except sqlite3.IntegrityError:
            raise
        except sqlite3.Error as error:
            raise self._explained(error) from error
        except OSError as error:
            raise StoreUnavailable(f"The store {self.path} cannot be opened: {error.strerror}.") from error

    def _open(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # The store holds tokens: only its owner may read it. SQLite gives its -wal and -shm files the same mode.
        os.close(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600))
        connection = sqlite3.connect(self.path, timeout=BUSY_S, isolation_level=None, check_same_thread=False)
        try:
            _switch_to_wal(connection)
            # FULL: a commit is on disk before it is acknowledged, so it survives a power cut.
            connection.execute("PRAGMA synchronous=FULL")
        except BaseException:
            connection.close()
            raise
        self._connection, self._file = connection, self._identity()

    def _checked(self) -> sqlite3.Connection:
        if self._connection is None:
            raise StoreUnavailable(f"The store {self.path} is not open.")
        # A deleted file still accepts writes of the process that has it open, and they are lost with the process.
        if self._identity() != self._file:
            raise StoreUnavailable(f"The store {self.path} was deleted or replaced while it was open.")
        return self._connection

    def _identity(self) -> tuple[int, int]:
        try:
            found = self.path.stat()
        except OSError:
            return (0, 0)
        return found.st_dev, found.st_ino

    def _close(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _explained(self, error: sqlite3.Error) -> StoreUnavailable | Internal:
        primary = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if primary in _OUTSIDE_CAUSES:
            return StoreUnavailable(f"The store {self.path} {_OUTSIDE_CAUSES[primary]}.")
        return Internal(f"SQLite refused a statement: {error}")


@contextmanager
def write(connection: sqlite3.Connection) -> Iterator[None]:
    """A transaction with the write lock from its beginning, so that its reads stay valid until it commits."""
    _begin(connection)
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
        raise


def _begin(connection: sqlite3.Connection) -> None:
    """Begin with our own wait: SQLite's backs off to 25 ms and more, and another service's write takes one."""
    deadline = time.monotonic() + BUSY_S
    connection.execute("PRAGMA busy_timeout=0")
    try:
        while True:
            try:
                connection.execute("BEGIN IMMEDIATE")
                return
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                    raise
                time.sleep(0.0005)
    finally:
        connection.execute(f"PRAGMA busy_timeout={BUSY_S * 1000:.0f}")


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Switch to WAL with a wait: SQLite has none here, and processes that open a new file at once find it locked."""
    deadline = time.monotonic() + BUSY_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)
