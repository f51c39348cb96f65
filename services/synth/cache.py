"""A cache of spoken sentences: files `audio/<sha256>.speech`, bounded in bytes, with least-recently-used eviction.

A file is one line of JSON (rate, words), then the samples, s16le mono. Its name is the hash of everything that
determines the sound of the sentence, the voice's version included: a replaced voice gets no entries of the old one.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
from collections import OrderedDict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from pydantic import BaseModel, ValidationError

from services.synth.engines.protocol import WordAt
from shared.telemetry import get_logger

_LOG = get_logger("synth")
_ENDING, _UNFINISHED = ".speech", ".unfinished"
_MAX_HEAD_BYTES = 1_000_000


class _Head(BaseModel):
    sample_rate: int
    words: tuple[WordAt, ...] = ()


@dataclass(frozen=True, slots=True)
class CachedAudio:
    """One sentence after postprocessing: s16le mono."""

    sample_rate: int
    pcm: bytes
    words: tuple[WordAt, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.sample_rate


def key_of(**inputs: str | float | bool | None) -> str:
    """The cache key: the sha256 of all inputs that determine the sound."""
    return hashlib.sha256(json.dumps(inputs, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class SpeechCache:
    """Blocking: call it in a thread. Several services may share the folder; each bounds the entries it knows."""

    def __init__(self, folder: Path, budget_bytes: int) -> None:
        self._folder = folder
        self._budget = budget_bytes
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._total = 0

    def open(self) -> None:
        """Index the existing files by last use and evict down to the budget. Raises `OSError`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        files: list[tuple[int, int, str]] = []
        for entry in os.scandir(self._folder):
            with suppress(OSError):  # another service evicts at the same time
                if entry.name.endswith(_UNFINISHED):
                    Path(entry.path).unlink()
                elif entry.name.endswith(_ENDING):
                    files.append((entry.stat().st_mtime_ns, entry.stat().st_size, entry.name))
        for _, size, name in sorted(files):
            self._record_size(name.removesuffix(_ENDING), size)
        self._shrink()

    def get(self, key: str) -> CachedAudio | None:
        path = self._path(key)
        try:
            content = path.read_bytes()
            os.utime(path)
        except OSError:
            self._forget(key)
            return None
        line = content[: max(0, content.find(b"\n", 0, _MAX_HEAD_BYTES))]
        try:
            head = _Head.model_validate_json(line)
        except ValidationError:
            self._forget(key)
            path.unlink(missing_ok=True)
            return None
        self._record_size(key, len(content))
        return CachedAudio(head.sample_rate, content[len(line) + 1 :], head.words)

    def put(self, key: str, audio: CachedAudio) -> None:
        """Store a sentence. A disk error is logged, not raised: speech works without the cache."""
        if self._budget <= 0:
            return
        head = _Head(sample_rate=audio.sample_rate, words=audio.words).model_dump_json().encode()
        content = head + b"\n" + audio.pcm
        # Not synced: the listener waits for the sentence, and one lost in a power failure is synthesized again.
        unfinished = self._folder / f"{key}.{os.getpid()}{_UNFINISHED}"
        try:
            unfinished.write_bytes(content)
            unfinished.replace(self._path(key))
        except OSError as error:
            _LOG.warning("speech_not_cached", error=str(error))
            with suppress(OSError):
                unfinished.unlink()
            return
        self._record_size(key, len(content))
        self._shrink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_ENDING}"

    def _record_size(self, key: str, size: int) -> None:
        with self._lock:
            self._total += size - self._sizes.pop(key, 0)
            self._sizes[key] = size

    def _forget(self, key: str) -> None:
        with self._lock:
            self._total -= self._sizes.pop(key, 0)

    def _shrink(self) -> None:
        evicted: list[str] = []
        with self._lock:
            while self._total > self._budget and self._sizes:
                key, size = self._sizes.popitem(last=False)
                self._total -= size
                evicted.append(key)
        for key in evicted:
            with suppress(OSError):
                self._path(key).unlink(missing_ok=True)
