"""The journal of a render: samples in one file, and one line of JSON per spoken sentence in another.

    {"line": "head", "voice": …, "version": …, "sentences": <hash of the plan>, …}   identifies voice and plan
    {"line": "open", "boot": …, "done": 12}    opened with this many sentences, all synced
    {"line": "said", "chapter": 0, "text": …, "start": 0, "end": 52920, "seconds": 1.1}
    {"line": "synced", "done": 40}             this many sentences are synced

A sentence's line is written after its samples. After a kill -9 the page cache still holds every written byte, so a
reader on the same boot trusts every complete line; after a power failure it trusts only synced ones (as
shared/files/partial.py). Both files are truncated after the last trusted sentence.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from shared.contracts.readings import OLDEST
from shared.files.partial import boot_id
from shared.files.renders import RenderFolder

_SYNC_S = 1.0
"""The seconds of work that a power failure can lose. A sync per sentence would cost a hard disk more than that."""


class Head(BaseModel):
    """All inputs that determine the sound. Sentences of a journal with another head cannot be reused."""

    model_config = ConfigDict(frozen=True)

    line: Literal["head"] = "head"
    voice: str
    version: str
    sentences: str
    speed: float
    seed: int | None
    speaker: str | None
    reading: str = OLDEST
    """Of a journal of an earlier release, which had one only."""


class SpokenSentence(BaseModel):
    """`start` and `end`: byte offsets of the samples, the pause included; `seconds` of speech, 0 if it was skipped."""

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
    """The head of the journal in the folder, or None."""
    head, _ = _read(folder, boot_id())
    return head


class Journal:
    """Every method blocks. After `close` nothing is written, not even by a thread that is late."""

    def __init__(
        self,
        folder: RenderFolder,
        head: Head,
        *,
        boot: str | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        """Continue the existing journal if it has the same head, else start an empty one. Raises `OSError`."""
        boot = boot or boot_id()
        previous, sentences = _read(folder, boot)
        self.replaced = previous if previous is not None and previous != head else None
        """The head of the discarded journal."""
        self.sentences: list[SpokenSentence] = sentences if previous == head else []
        self._clock = monotonic
        self._synced_at = monotonic()
        self._lock = threading.Lock()
        self._closed = False
        self._pcm = os.open(folder.pcm, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            os.ftruncate(self._pcm, self.end)
            os.fsync(self._pcm)
            self._log = _rewrite(folder.journal, head, self.sentences, boot)
        except BaseException:
            os.close(self._pcm)
            raise

    @property
    def end(self) -> int:
        """The number of bytes of samples."""
        return self.sentences[-1].end if self.sentences else 0

    @property
    def rate(self) -> int | None:
        """The sample rate in Hz; None before the first spoken sentence."""
        return next((sentence.rate for sentence in self.sentences if sentence.rate), None)

    def append(self, chapter: int, text: str, rate: int, speech: bytes, pause: bytes) -> None:
        """Write a sentence: its samples, then its line. Raises `OSError`; a partial write is truncated at reopening."""
        with self._lock:
            if self._closed:
                return
            start = self.end
            _write_all(self._pcm, speech + pause, start)
            end = start + len(speech) + len(pause)
            seconds = len(speech) / 2 / rate if rate else 0.0
            sentence = SpokenSentence(
                chapter=chapter, text=text, start=start, end=end, rate=rate, seconds=round(seconds, 4)
            )
            _write_line(self._log, sentence)
            self.sentences.append(sentence)
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
        _write_line(self._log, _Synced(done=len(self.sentences)))
        os.fdatasync(self._log)
        self._synced_at = self._clock()


def _read(folder: RenderFolder, boot: str) -> tuple[Head | None, list[SpokenSentence]]:
    """The head, and the trusted sentences."""
    head: Head | None = None
    sentences: list[SpokenSentence] = []
    synced, same_boot = 0, False
    for line in _complete_lines(folder.journal):
        try:
            entry = _LINES.validate_json(line)
        except ValidationError:
            break
        match entry:
            case Head():
                head = entry
            case SpokenSentence():
                sentences.append(entry)
            case _Open():
                same_boot, synced = entry.boot == boot, max(synced, entry.done)
            case _Synced():
                synced = max(synced, entry.done)
    trusted = sentences if same_boot else sentences[:synced]
    size = folder.pcm.stat().st_size if folder.pcm.exists() else 0
    return head, [sentence for sentence in trusted if sentence.end <= size]


def _complete_lines(path: Path) -> list[bytes]:
    try:
        return path.read_bytes().split(b"\n")[:-1]  # the part after the last line break is incomplete
    except FileNotFoundError:
        return []


def _rewrite(path: Path, head: Head, sentences: list[SpokenSentence], boot: str) -> int:
    """Atomically replace the journal with one of the trusted sentences. Returns its descriptor, open for appending."""
    fresh = path.with_name(f".{path.name}.tmp")
    log = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND | os.O_CLOEXEC, 0o644)
    try:
        lines = [head, *sentences, _Open(boot=boot, done=len(sentences))]
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
    """Write all bytes at an offset, or append them."""
    written = 0
    while written < len(data):
        part = data[written:]
        written += os.write(file, part) if at is None else os.pwrite(file, part, at + written)
