"""What was spoken before, as files: `audio/<sha256>.speech`, bounded in bytes, the least recently used leave first.

A file is one line of JSON (rate, words) and then the samples, s16le mono. Its name is the hash of all that decides how
the sentence sounds, the voice's version included: a voice that was replaced finds nothing of its predecessor.
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
    """One sentence as it goes out: s16le mono."""

    sample_rate: int
    pcm: bytes
    words: tuple[WordAt, ...] = ()

    @property
    def seconds(self) -> float:
        return len(self.pcm) / 2 / self.sample_rate


def key_of(**decides: str | float | bool | None) -> str:
    return hashlib.sha256(json.dumps(decides, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


class SpeechCache:
    """Blocking: call it in a thread. Several services may share the folder; each bounds what it knows of."""

    def __init__(self, folder: Path, budget_bytes: int) -> None:
        self._folder = folder
        self._budget = budget_bytes
        self._lock = threading.Lock()
        self._sizes: OrderedDict[str, int] = OrderedDict()
        self._total = 0

    def open(self) -> None:
        """Learn what an earlier service left, oldest use first, and bound it. Raises `OSError`."""
        self._folder.mkdir(parents=True, exist_ok=True)
        resolved: list[tuple[int, int, str]] = []
        for entry in os.scandir(self._folder):
            with suppress(OSError):  # another service evicts at the same time
                if entry.name.endswith(_UNFINISHED):
                    Path(entry.path).unlink()
                elif entry.name.endswith(_ENDING):
                    resolved.append((entry.stat().st_mtime_ns, entry.stat().st_size, entry.name))
        for _, size, name in sorted(resolved):
            self._note(name.removesuffix(_ENDING), size)
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
        self._note(key, len(content))
        return CachedAudio(head.sample_rate, content[len(line) + 1 :], head.words)

    def put(self, key: str, audio: CachedAudio) -> None:
        """A disk that is full or refuses costs the cache, never the speech."""
        if self._budget <= 0:
            return
        head = _Head(sample_rate=audio.sample_rate, words=audio.words).model_dump_json().encode()
        content = head + b"\n" + audio.pcm
        # Not synced: the listener waits for his sentence, and what a power cut takes is spoken anew.
        unfinished = self._folder / f"{key}.{os.getpid()}{_UNFINISHED}"
        try:
            unfinished.write_bytes(content)
            unfinished.replace(self._path(key))
        except OSError as error:
            _LOG.warning("speech_not_cached", error=str(error))
            with suppress(OSError):
                unfinished.unlink()
            return
        self._note(key, len(content))
        self._shrink()

    def _path(self, key: str) -> Path:
        return self._folder / f"{key}{_ENDING}"

    def _note(self, key: str, size: int) -> None:
        with self._lock:
            self._total += size - self._sizes.pop(key, 0)
            self._sizes[key] = size

    def _forget(self, key: str) -> None:
        with self._lock:
            self._total -= self._sizes.pop(key, 0)

    def _shrink(self) -> None:
        gone: list[str] = []
        with self._lock:
            while self._total > self._budget and self._sizes:
                key, size = self._sizes.popitem(last=False)
                self._total -= size
                gone.append(key)
        for key in gone:
            with suppress(OSError):
                self._path(key).unlink(missing_ok=True)
