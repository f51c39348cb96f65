"""Loaded models within a memory budget: the least recently used leaves first, never one that is speaking."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from services.synth.engines.protocol import SpeakingVoice
from services.synth.voices import FoundVoice
from shared.telemetry import get_logger

_LOG = get_logger("synth")
Load = Callable[[FoundVoice], SpeakingVoice]


@dataclass
class _Entry:
    voice: SpeakingVoice
    users: int = 0


class ModelPool:
    """`load` is blocking and runs in a thread. A voice whose files changed is loaded anew."""

    def __init__(self, load: Load, budget_bytes: int) -> None:
        self._load = load
        self._budget = budget_bytes
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._loading: dict[tuple[str, str], asyncio.Lock] = {}

    @property
    def loaded(self) -> list[str]:
        """Voice ids, the least recently used first."""
        return [voice_id for voice_id, _ in self._entries]

    @property
    def speaking(self) -> frozenset[str]:
        """Ids of the voices that somebody listens to now."""
        return frozenset(voice_id for (voice_id, _), entry in self._entries.items() if entry.users)

    @asynccontextmanager
    async def use(self, found: FoundVoice) -> AsyncIterator[SpeakingVoice]:
        key = (found.voice.id, found.version)
        entry = await self._entry(key, found)
        entry.users += 1
        try:
            yield entry.voice
        finally:
            entry.users -= 1
            self._shrink(keep=key)

    async def _entry(self, key: tuple[str, str], found: FoundVoice) -> _Entry:
        async with self._loading.setdefault(key, asyncio.Lock()):
            entry = self._entries.get(key)
            if entry is None:
                entry = _Entry(await asyncio.to_thread(self._load, found))
                self._entries[key] = entry
                _LOG.info("voice_loaded", voice=found.voice.id, bytes=entry.voice.memory_bytes)
            self._entries.move_to_end(key)
        for old in [k for k in self._entries if k[0] == key[0] and k != key and not self._entries[k].users]:
            self._drop(old)
        self._shrink(keep=key)
        return entry

    def _shrink(self, *, keep: tuple[str, str]) -> None:
        total = sum(entry.voice.memory_bytes for entry in self._entries.values())
        for key, entry in list(self._entries.items()):
            if total <= self._budget:
                return
            if key != keep and not entry.users:
                total -= entry.voice.memory_bytes
                self._drop(key)

    def _drop(self, key: tuple[str, str]) -> None:
        del self._entries[key]
        self._loading.pop(key, None)
        _LOG.info("voice_unloaded", voice=key[0])
