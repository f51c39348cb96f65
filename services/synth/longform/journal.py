"""What of a text is spoken already: samples in one file, and a line of JSON for each sentence in another.

    {"line": "head", "voice": …, "version": …, "sentences": <hash of the plan>, …}   for whom, and what, this is
    {"line": "open", "boot": …, "done": 12}    a session began with so many sentences, all of them on the disk
    {"line": "said", "chapter": 0, "text": …, "start": 0, "end": 52920, "seconds": 1.1}
    {"line": "synced", "done": 40}             so many sentences are on the disk

A sentence's line follows its samples. After a kill -9 the system still holds every written byte, so a reader on the
same boot believes every whole line; after a power cut it believes what a sync covers (as shared/files/partial.py).
What follows the last believed sentence is cut off in both files.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.files.partial import boot_id
from shared.files.renders import RenderFolder

_SYNC_S = 1.0
"""What a power cut can cost, in seconds of work; a sync of each sentence would cost a spinning disk more than that."""


class Head(BaseModel):
    """All that decides how the whole sounds. Another one, and what was spoken before does not fit any more."""

    model_config = ConfigDict(frozen=True)

    line: Literal["head"] = "head"
    voice: str
    version: str
    sentences: str
    speed: float
    seed: int | None
    speaker: str | None


class SpokenSentence(BaseModel):
    """`start` and `end` in bytes of samples, `end` behind the pause; `seconds` of speech. Nothing of both: skipped."""

    model_config = ConfigDict(frozen=True)

    line: Literal["said"] = "said"
    chapter: int
    text: str
    start: int
    end: int
    rate: int
    seconds: float


class _Open(BaseModel):
    line: Literal["open"] = "open"
    boot: str
    done: int


class _Synced(BaseModel):
    line: Literal["synced"] = "synced"
    done: int


_LINES: TypeAdapter[Head | SpokenSentence | _Open | _Synced] = TypeAdapter(
    Annotated[Head | SpokenSentence | _Open | _Synced, Field(discriminator="line")]
)


def read_head(folder: RenderFolder) -> Head | None:
    """For whom the work there was begun; None where nothing was."""
    head, _ = _read(folder, boot_id())
    return head


class Journal:
    """Every method blocks. After `close` nothing is written any more, by a thread that comes late either."""

    def __init__(
        self,
        folder: RenderFolder,
        head: Head,
        *,
        boot: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Goes on where the last one ended if it had the same head, else begins anew. Raises `OSError`."""
        boot = boot or boot_id()
        known, said = _read(folder, boot)
        self.replaced = known if known is not None and known != head else None
        """The head of what was given up."""
        self.said: list[SpokenSentence] = said if known == head else []
        self._clock = monotonic
        self._synced_at = monotonic()
        self._lock = threading.Lock()
        self._closed = False
        self._pcm = os.open(folder.pcm, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.ftruncate(self._pcm, self.end)
            os.fsync(self._pcm)
            self._log = _rewritten(folder.journal, head, self.said, boot)
        except BaseException:
            os.close(self._pcm)
            raise

    @property
    def end(self) -> int:
        """Bytes of samples so far."""
        return self.said[-1].end if self.said else 0

    @property
    def rate(self) -> int | None:
        """Hz, once something is spoken."""
        return next((sentence.rate for sentence in self.said if sentence.rate), None)

    def append(self, chapter: int, text: str, rate: int, speech: bytes, pause: bytes) -> None:
        """Samples first, then the line that says so. Raises `OSError`; what was half written is cut off later."""
        with self._lock:
            if self._closed:
                return
            start = self.end
            _write_all(self._pcm, speech + pause, start)
            end = start + len(speech) + len(pause)
            seconds = len(speech) / 2 / rate if rate else 0.0
            said = SpokenSentence(
                chapter=chapter, text=text, start=start, end=end, rate=rate, seconds=round(seconds, 4)
            )
            _write_line(self._log, said)
            self.said.append(said)
            if self._clock() - self._synced_at >= _SYNC_S:
                self._sync()

    def sync(self) -> None:
        with self._lock:
            if not self._closed:
                self._sync()

    def close(self) -> None:
        with self._lock:
            if self._closed:
                return
            self._closed = True
            os.close(self._pcm)
            os.close(self._log)

    def _sync(self) -> None:
        os.fdatasync(self._pcm)
        _write_line(self._log, _Synced(done=len(self.said)))
        os.fdatasync(self._log)
        self._synced_at = self._clock()


def _read(folder: RenderFolder, boot: str) -> tuple[Head | None, list[SpokenSentence]]:
    """The head, and the sentences that may be believed."""
    head: Head | None = None
    said: list[SpokenSentence] = []
    synced, same_boot = 0, False
    for line in _whole_lines(folder.journal):
        try:
            entry = _LINES.validate_json(line)
        except ValidationError:
            break
        match entry:
            case Head():
                head = entry
            case SpokenSentence():
                said.append(entry)
            case _Open():
                same_boot, synced = entry.boot == boot, max(synced, entry.done)
            case _Synced():
                synced = max(synced, entry.done)
    believed = said if same_boot else said[:synced]
    size = folder.pcm.stat().st_size if folder.pcm.exists() else 0
    return head, [sentence for sentence in believed if sentence.end <= size]


def _whole_lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")[:-1]  # what follows the last line break was cut
    except FileNotFoundError:
        return []


def _rewritten(path: Path, head: Head, said: list[SpokenSentence], boot: str) -> int:
    """A journal with what is believed and nothing else, in place of the old one at once; open for more lines."""
    fresh = path.with_name(f".{path.name}.tmp")
    log = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        lines = [head, *said, _Open(boot=boot, done=len(said))]
        _write_all(log, b"".join(_encoded(line) for line in lines))
        os.fsync(log)
        fresh.replace(path)
    except BaseException:
        os.close(log)
        raise
    return log


def _encoded(line: BaseModel) -> bytes:
    return line.model_dump_json().encode() + b"\n"


def _write_line(log: int, line: BaseModel) -> None:
    _write_all(log, _encoded(line))


def _write_all(file: int, data: bytes, at: int | None = None) -> None:
    """At a place, or at the end."""
    written = 0
    while written < len(data):
        part = data[written:]
        written += os.write(file, part) if at is None else os.pwrite(file, part, at + written)
