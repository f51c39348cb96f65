"""Partial files: `<name>.sokhan-part`, of the final size, and `….sokhan-part.journal`, the record of received bytes.

The journal is lines of text. A line is appended after its bytes were passed to the operating system:

    sokhan-part/1 <size> <identity>      the expected content
    boot <id>                            the boot id of the writer's machine
    name <name>                          the full name, if it was too long (`shared/files/part_names.py`)
    w <start> <end>                      these bytes are written
    mark <n>                             a sync begins …
    synced <n>                           … and has ended: the lines before its mark are durable

After a kill -9 the system still has every written byte, so a reader on the same boot accepts every `w`. After a power
cut, or on another machine, it accepts only lines that a sync covers. Parsing stops at a truncated line. In any case a
file gets its final name only after its hash is verified.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path

from shared.files.intervals import Interval, Intervals
from shared.files.part_names import JOURNAL, PART, is_name_line, name_line, part_paths

__all__ = [
    "JOURNAL",
    "PART",
    "SYNC_BYTES",
    "SYNC_S",
    "PartialFile",
    "boot_id",
    "bytes_here",
    "part_paths",
    "read_journal",
    "remove_partial",
]

_VERSION = "sokhan-part/1"
_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
# A power cut costs the bytes since the last sync, which runs when both limits are reached.
SYNC_BYTES = 4 * 1024 * 1024
SYNC_S = 1.0
# Every session starts a new journal, and no session writes this much.
_MAX_JOURNAL = 64 * 1024 * 1024


def boot_id() -> str:
    """The id of this boot of the machine; unique if unknown, which counts as another boot."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return f"unknown-{time.time_ns()}"


def remove_partial(target: Path) -> None:
    for path in part_paths(target):
        path.unlink(missing_ok=True)


def bytes_here(target: Path, identity: str, size: int) -> int:
    """The number of bytes of this content in the partial file of `target`. Blocking."""
    part, journal = part_paths(target)
    try:
        if part.stat().st_size != size:
            return 0
    except OSError:
        return 0
    return read_journal(journal, identity, size, boot_id()).total


def read_journal(journal: Path, identity: str, size: int, boot: str) -> Intervals:
    """The bytes that the journal proves to be present; none if it is of other content."""
    try:
        if journal.stat().st_size > _MAX_JOURNAL:
            return Intervals()
        lines = journal.read_bytes().split(b"\n")
    except OSError:
        return Intervals()
    # The text after the last line break is truncated.
    header = [f"{_VERSION} {size} {identity}".encode(), f"boot {boot}".encode()]
    if lines[:1] != header[:1]:
        return Intervals()
    return Intervals(_proven(lines[2:-1], size, same_boot=lines[1:2] == header[1:]))


def _proven(lines: list[bytes], size: int, *, same_boot: bool) -> list[Interval]:
    """The intervals in the lines: all of them on the same boot, else only those that a sync covers."""
    written: list[Interval] = []
    marks: dict[bytes, int] = {}
    synced = 0
    for line in lines:
        if is_name_line(line):
            continue
        match line.split(b" "):
            case [b"w", start, end] if start.isdigit() and end.isdigit() and int(start) < int(end) <= size:
                written.append((int(start), int(end)))
            case [b"mark", number]:
                marks[number] = len(written)
            case [b"synced", number]:
                synced = max(synced, marks.get(number, 0))
            case _:
                break
    return written if same_boot else written[:synced]


class PartialFile:
    """A partial file that several threads may write. Every method blocks; a write after `close` does nothing."""

    def __init__(
        self,
        target: Path,
        identity: str,
        size: int,
        *,
        boot: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._part, self._journal = part_paths(target)
        self._name = name_line(target)
        self._size = size
        self._clock = monotonic
        self._lock = threading.Condition()
        self._syncing = threading.Lock()
        boot = boot or boot_id()
        target.parent.mkdir(parents=True, exist_ok=True)
        self._have = self._known(identity, boot)
        self._file = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        # A sparse file: writes into preallocated blocks were measured 16 times slower (ADR 9). Disk reservations keep
        # the space instead.
        os.ftruncate(self._file, size)
        self._log = self._start_journal(identity, boot)
        self._unsynced = 0
        self._synced_at = monotonic()
        self._marks = 0
        self._writing = 0
        self._closed = False

    def _known(self, identity: str, boot: str) -> Intervals:
        try:
            if self._part.stat().st_size == self._size:
                return read_journal(self._journal, identity, self._size, boot)
        except OSError:
            pass
        return Intervals()

    def _start_journal(self, identity: str, boot: str) -> int:
        """Write a new journal for this session and replace the old one atomically."""
        fresh = self._journal.with_name(f".{self._journal.name}.tmp")
        log = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o644)
        lines = [f"{_VERSION} {self._size} {identity}", f"boot {boot}"]
        lines += [self._name] if self._name else []
        if self._have.total:
            os.fdatasync(self._file)
            lines += [*(f"w {start} {end}" for start, end in self._have), "mark 0", "synced 0"]
        os.write(log, ("\n".join(lines) + "\n").encode())
        os.fsync(log)
        fresh.replace(self._journal)
        return log

    def missing(self) -> list[Interval]:
        with self._lock:
            return self._have.missing(self._size)

    @property
    def here(self) -> int:
        with self._lock:
            return self._have.total

    @property
    def prefix(self) -> int:
        with self._lock:
            return self._have.prefix

    def write(self, start: int, data: bytes | bytearray) -> None:
        with self._lock:
            if self._closed:
                return
            self._writing += 1
        at = start
        try:
            with memoryview(data) as view:
                while at < start + len(data):
                    at += os.pwrite(self._file, view[at - start :], at)
        finally:
            with self._lock:
                try:
                    if at > start:
                        os.write(self._log, f"w {start} {at}\n".encode())
                        self._have.add(start, at)
                        self._unsynced += at - start
                finally:  # a full disk refuses the journal too, and `close` waits for this write
                    self._writing -= 1
                    self._lock.notify_all()
                due = self._unsynced >= SYNC_BYTES and self._clock() - self._synced_at >= SYNC_S
        if due:
            self.sync()

    def sync(self) -> None:
        """Make the bytes written so far durable and record it in the journal. Does not block writers."""
        if not self._syncing.acquire(blocking=False):
            return  # another thread syncs
        try:
            with self._lock:
                if self._closed:
                    return
                self._marks += 1
                mark = self._marks
                os.write(self._log, f"mark {mark}\n".encode())
                self._unsynced, self._synced_at = 0, self._clock()
            os.fdatasync(self._file)
            os.write(self._log, f"synced {mark}\n".encode())
            os.fdatasync(self._log)
        finally:
            self._syncing.release()

    def read(self, start: int, count: int) -> bytes:
        return os.pread(self._file, count, start)

    def force(self) -> None:
        """Make the whole file durable, before it gets its final name."""
        os.fsync(self._file)

    def close(self) -> None:
        """Close the file and its journal, and leave both on disk. Waits for writes in progress."""
        with self._syncing, self._lock:
            if self._closed:
                return
            self._closed = True
            while self._writing:
                self._lock.wait()
            os.close(self._file)
            os.close(self._log)
