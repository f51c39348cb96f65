"""Counts bytes by file and reports progress: never backwards, with speed as a moving average and a steady eta."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from shared.contracts.kinds.download import DownloadProgress, FileProgress
from shared.hub import Listing

# Averages over about ten seconds: a stall shows soon, a hiccup does not.
_HALF_LIFE_S = 5.0
# Files listed in a job document, running ones first; the totals count all.
_SHOWN_FILES = 200

State = Literal["pending", "downloading", "verifying", "done"]
_ORDER: dict[State, int] = {"downloading": 0, "verifying": 0, "pending": 1, "done": 2}


class ProgressTracker:
    """`before`: the last progress, perhaps of another worker; reports for the same commit do not fall below it."""

    def __init__(self, listing: Listing, before: DownloadProgress, monotonic: Callable[[], float]) -> None:
        self._listing = listing
        self._clock = monotonic
        self._bytes = dict.fromkeys((file.path for file in listing.files), 0)
        self._states: dict[str, State] = dict.fromkeys(self._bytes, "pending")
        self._here = 0
        self._shown = before.bytes_downloaded if before.commit == listing.commit else 0
        self._fetched = 0
        self._current: str | None = None
        self._average = 0.0
        self._weight = 0.0
        self._last = (monotonic(), 0)
        self._waiting: tuple[str, float] | None = None
        self.served_by: str | None = None
        self.last_byte = monotonic()

    @property
    def left(self) -> int:
        """Bytes that are missing."""
        return self._listing.size - self._here

    def found(self, path: str, count: int) -> None:
        """Set the bytes of a file that are on disk; replaces earlier counts."""
        self._here += count - self._bytes[path]
        self._bytes[path] = count

    def began(self, path: str) -> None:
        self._states[path], self._current = "downloading", path

    def arrived(self, path: str, count: int) -> None:
        self._bytes[path] += count
        self._here += count
        self._fetched += count
        if count:  # skipped bytes are no progress
            self._current = path
            self.last_byte = self._clock()

    def verifying(self, path: str) -> None:
        self._states[path] = "verifying"

    def done(self, path: str, size: int) -> None:
        self.found(path, size)
        self._states[path] = "done"

    @property
    def _speed(self) -> float:
        """Bytes a second, as a moving average corrected for its start (an average that starts at zero lags)."""
        return self._average / self._weight if self._weight else 0.0

    def wait(self, reason: str, until: float) -> None:
        """Report this reason until that time, or until bytes arrive."""
        self._waiting = (reason, until)

    def progress(self) -> DownloadProgress:
        total = self._listing.size
        self._measure()
        speed = self._speed
        self._shown = max(self._shown, min(self._here, total))
        # 100 % means verified and installed; the worker sets it when the job is complete.
        fraction = min(0.999, self._shown / total) if total else 0.0
        return DownloadProgress(
            fraction=fraction,
            commit=self._listing.commit,
            bytes_downloaded=self._shown,
            bytes_total=total,
            speed=round(speed, 1),
            eta=round(self.left / speed, 1) if speed > 1 and self.left > 0 else None,
            current_file=self._current,
            waiting=self._why(),
            served_by=self.served_by,
            files=self._files(),
        )

    def _why(self) -> str | None:
        if self._waiting is None or self._clock() >= self._waiting[1] or self.last_byte > self._clock() - 0.5:
            return None
        return self._waiting[0]

    def _files(self) -> tuple[FileProgress, ...]:
        files = self._listing.files
        if len(files) > _SHOWN_FILES:
            files = tuple(sorted(files, key=lambda file: _ORDER[self._states[file.path]])[:_SHOWN_FILES])
        return tuple(
            FileProgress(path=f.path, size=f.size, bytes=min(self._bytes[f.path], f.size), state=self._states[f.path])
            for f in files
        )

    def _measure(self) -> None:
        now = self._clock()
        then, before = self._last
        elapsed = now - then
        if elapsed <= 0:
            return
        weight = 0.5 ** (elapsed / _HALF_LIFE_S)
        self._average = self._average * weight + (self._fetched - before) / elapsed * (1 - weight)
        self._weight = self._weight * weight + (1 - weight)
        self._last = (now, self._fetched)
