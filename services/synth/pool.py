"""Keeps loaded voices within a memory budget, with least-recently-used eviction of voices that are not in use."""

from __future__ import annotations

import asyncio
from collections import Counter, OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from services.synth.calibrate import Calibration
from services.synth.engines.protocol import SpeakingVoice
from services.synth.voices import ResolvedVoice
from shared.contracts.owners import SOLE_OWNERS
from shared.telemetry import get_logger

_LOG = get_logger("synth")


@dataclass(slots=True)
class LoadedVoice:
    """A loaded, warm voice with its calibration, which is replaced when a faster precision is chosen."""

    voice: SpeakingVoice
    calibration: Calibration


Load = Callable[[ResolvedVoice], Awaitable[LoadedVoice]]


@dataclass
class _Entry:
    ready: LoadedVoice
    users: Counter[str] = field(default_factory=Counter)
    """Present users by owner."""


class ModelPool:
    """A voice whose files changed is reloaded. Concurrent requests for the same voice share one load."""

    def __init__(self, load: Load, budget_bytes: int) -> None:
        self._load = load
        self._budget = budget_bytes
        self._entries: OrderedDict[tuple[str, str], _Entry] = OrderedDict()
        self._loading: dict[tuple[str, str], asyncio.Task[_Entry]] = {}
        self._newest: dict[str, str] = {}

    @property
    def loaded(self) -> dict[str, Calibration]:
        """The calibrations by voice id, least recently used first."""
        return {voice_id: entry.ready.calibration for (voice_id, _), entry in self._entries.items()}

    @property
    def memory_bytes(self) -> int:
        """The memory of all loaded voices."""
        return sum(entry.ready.voice.memory_bytes for entry in self._entries.values())

    def speaking_for(self, owner: str) -> frozenset[str]:
        """The ids of the voices that the owner uses now; for a sole owner, those that anybody uses."""
        sole = owner in SOLE_OWNERS
        return frozenset(
            voice_id for (voice_id, _), entry in self._entries.items() if (entry.users if sole else entry.users[owner])
        )

    @asynccontextmanager
    async def use(self, resolved: ResolvedVoice, owner: str) -> AsyncIterator[LoadedVoice]:
        """A loaded voice, not evicted within the block. Raises `UnsafeCheckpoint`, `OutOfMemory`, `Unavailable`."""
        key = (resolved.voice.id, resolved.version)
        entry = await self._entry(key, resolved)
        entry.users[owner] += 1
        try:
            yield entry.ready
        finally:
            entry.users[owner] -= 1
            entry.users += Counter()  # drops owners without users
            if not entry.users and self._newest.get(key[0]) != key[1]:
                self._drop(key)
            self._shrink(keep=key)

    async def _entry(self, key: tuple[str, str], resolved: ResolvedVoice) -> _Entry:
        entry = self._entries.get(key)
        if entry is None:
            # The load is a task of its own: a cancelled request does not restart it for the others.
            loading = self._loading.get(key)
            if loading is None:
                loading = self._loading[key] = asyncio.create_task(self._load_entry(key, resolved))
                loading.add_done_callback(lambda _: self._loading.pop(key, None))
            entry = await asyncio.shield(loading)
        self._entries[key] = entry  # it may have been evicted since
        self._entries.move_to_end(key)
        self._newest[key[0]] = key[1]
        for old in [k for k in self._entries if k[0] == key[0] and k != key and not self._entries[k].users]:
            self._drop(old)
        self._shrink(keep=key)
        return entry

    async def _load_entry(self, key: tuple[str, str], resolved: ResolvedVoice) -> _Entry:
        entry = self._entries[key] = _Entry(await self._load(resolved))
        calibration = entry.ready.calibration
        _LOG.info(
            "voice_loaded",
            voice=resolved.voice.id,
            bytes=entry.ready.voice.memory_bytes,
            precision=calibration.precision,
            real_time_factor=calibration.real_time_factor,
        )
        return entry

    def _shrink(self, *, keep: tuple[str, str]) -> None:
        total = self.memory_bytes
        for key, entry in list(self._entries.items()):
            if total <= self._budget:
                return
            if key != keep and not entry.users:
                total -= entry.ready.voice.memory_bytes
                self._drop(key)

    def _drop(self, key: tuple[str, str]) -> None:
        self._entries.pop(key, None)
        _LOG.info("voice_unloaded", voice=key[0])
