"""A file on its way: `<name>.sokhan-part`, of the final size, and `….sokhan-part.journal`: what of it is there.

The journal is lines of text, appended after the bytes they speak of were handed to the system:

    sokhan-part/1 <size> <identity>      which content this is meant to become
    boot <id>                            the boot of the machine that its writer ran on
    name <name>                          where the file's own name was too long (`shared/files/part_names.py`)
    w <start> <end>                      these bytes are written
    mark <n>                             a sync begins …
    synced <n>                           … and ended: what was named before its mark is on the disk

After a kill -9 the system still holds every written byte, so a reader on the same boot believes every `w`. After a
power cut, or on another machine, it believes what a sync covers. A line that was cut ends the reading. Whatever the
journal says, a file gets its final name only after its hash was right.
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
# What a power cut can cost: the bytes since the last sync, which comes when both are reached.
SYNC_BYTES = 4 * 1024 * 1024
SYNC_S = 1.0
# A journal starts anew whenever it is opened; so many lines no session can write.
_MAX_JOURNAL = 64 * 1024 * 1024


def boot_id() -> str:
    """Changes whenever what the system held in memory is gone; unknown counts as changed."""
    try:
        return _BOOT_ID.read_text().strip()
    except OSError:
        return f"unknown-{time.time_ns()}"


def remove_partial(target: Path) -> None:
    for path in part_paths(target):
        path.unlink(missing_ok=True)


def bytes_here(target: Path, identity: str, size: int) -> int:
    """How many bytes of this content a partial file has. Blocking."""
    part, journal = part_paths(target)
    try:
        if part.stat().st_size != size:
            return 0
    except OSError:
        return 0
    return read_journal(journal, identity, size, boot_id()).total


def read_journal(journal: Path, identity: str, size: int, boot: str) -> Intervals:
    """What a reader may believe; nothing where the journal speaks of other content."""
    try:
        if journal.stat().st_size > _MAX_JOURNAL:
            return Intervals()
        lines = journal.read_bytes().split(b"\n")
    except OSError:
        return Intervals()
    # What follows the last line break was cut.
    header = [f"{_VERSION} {size} {identity}".encode(), f"boot {boot}".encode()]
    if lines[:1] != header[:1]:
        return Intervals()
    return Intervals(_believed(lines[2:-1], size, whole=lines[1:2] == header[1:]))


def _believed(lines: list[bytes], size: int, *, whole: bool) -> list[Interval]:
    """The intervals that the lines name: all of them, or only what a sync covers."""
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
    return written if whole else written[:synced]


class PartialFile:
    """Written by several threads at once. Every method blocks; after `close` a write that comes late does nothing."""

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
        # The size without the blocks: writing into blocks that were set aside before was measured 16 times slower
        # (ADR 9). Room is kept by the ledger of reservations instead.
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
        """A journal of its own for this session, in place of the old one at once."""
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
                finally:  # a full disk refuses the journal as well, and `close` waits for us
                    self._writing -= 1
                    self._lock.notify_all()
                due = self._unsynced >= SYNC_BYTES and self._clock() - self._synced_at >= SYNC_S
        if due:
            self.sync()

    def sync(self) -> None:
        """Force to the disk what was written so far, and say so in the journal. Writers go on meanwhile."""
        if not self._syncing.acquire(blocking=False):
            return  # somebody is at it
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
        """Everything to the disk, before the file gets its final name."""
        os.fsync(self._file)

    def close(self) -> None:
        """Keep the partial file for the next time. Waits for the writes that are under way."""
        with self._syncing, self._lock:
            if self._closed:
                return
            self._closed = True
            while self._writing:
                self._lock.wait()
            os.close(self._file)
            os.close(self._log)
