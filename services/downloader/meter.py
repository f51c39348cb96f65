"""Counts bytes by file and turns them into progress: speed as a moving average, and an eta that does not jump."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

from services.downloader.hub import Listing
from shared.contracts.progress import DownloadProgress, FileProgress

# About ten seconds of memory: a stall shows soon, a hiccup does not.
_HALF_LIFE_S = 5.0
# What a job document carries; a repository of 10,000 files shows those under way and counts the rest.
_SHOWN_FILES = 200

State = Literal["pending", "downloading", "verifying", "done"]


class Meter:
    def __init__(self, listing: Listing, served_by: str, monotonic: Callable[[], float]) -> None:
        self._listing = listing
        self._served_by = served_by
        self._clock = monotonic
        self._bytes = dict.fromkeys((file.path for file in listing.files), 0)
        self._states: dict[str, State] = dict.fromkeys(self._bytes, "pending")
        self._current: str | None = None
        self._speed = 0.0
        self._last = (monotonic(), 0)

    def start(self, path: str) -> None:
        self._states[path], self._current, self._bytes[path] = "downloading", path, 0

    def add(self, path: str, count: int) -> None:
        self._bytes[path] += count
        self._current = path

    def done(self, path: str) -> None:
        self._states[path] = "done"

    def progress(self) -> DownloadProgress:
        total, here = self._listing.size, sum(self._bytes.values())
        self._measure(here)
        # 100 % is for what is verified and in place; the worker sets it when the job is complete.
        fraction = min(0.999, here / total) if total else 0.0
        return DownloadProgress(
            fraction=fraction,
            commit=self._listing.commit,
            bytes_downloaded=min(here, total),
            bytes_total=total,
            speed=round(self._speed, 1),
            eta=round((total - here) / self._speed, 1) if self._speed > 1 and here < total else None,
            current_file=self._current,
            served_by=self._served_by,
            files=tuple(
                FileProgress(
                    path=f.path, size=f.size, bytes=min(self._bytes[f.path], f.size), state=self._states[f.path]
                )
                for f in self._listing.files[:_SHOWN_FILES]
            ),
        )

    def _measure(self, here: int) -> None:
        now = self._clock()
        then, before = self._last
        elapsed = now - then
        if elapsed <= 0:
            return
        weight = 0.5 ** (elapsed / _HALF_LIFE_S)
        self._speed = self._speed * weight + max(0, here - before) / elapsed * (1 - weight)
        self._last = (now, here)
