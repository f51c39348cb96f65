"""Writes audit entries in batches, twice a second: a request does not wait for them.

A kill loses the entries of half a second at most; a store that does not answer delays them, up to `_MOST`.
"""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import suppress
from datetime import timedelta

from shared.audit import AuditEntry, AuditRepository
from shared.bus import Bus
from shared.contracts.errors import Unavailable
from shared.telemetry import get_logger

_LOG = get_logger("audit")
_EVERY_S = 0.5
_LAST_WRITE_S = 2.0
_BATCH = 500
_MOST = 20_000
_PRUNE_EVERY = 3600 / _EVERY_S


class AuditLog:
    """`age`: entries that are older are deleted, once an hour."""

    def __init__(self, records: AuditRepository, age: timedelta) -> None:
        self._records = records
        self._age = age
        self._waiting: deque[AuditEntry] = deque()
        self._dropped = 0
        self._writing = asyncio.Lock()

    def add(self, entry: AuditEntry) -> None:
        if len(self._waiting) >= _MOST:
            self._waiting.popleft()
            self._dropped += 1
        self._waiting.append(entry)

    def start(self, bus: Bus) -> None:
        bus.spawn(self._write_regularly(), "audit")

    async def _write_regularly(self) -> None:
        turn = 0
        try:
            while True:
                await asyncio.sleep(_EVERY_S)
                try:
                    await self.flush()
                    if turn % _PRUNE_EVERY == 0:
                        await self._records.prune(self._age)
                except Unavailable as error:
                    _LOG.warning("audit_not_written", waiting=len(self._waiting), reason=error.message)
                except Exception:
                    _LOG.exception("audit_not_written", waiting=len(self._waiting))
                turn += 1
        finally:  # the gateway stops
            with suppress(Unavailable, TimeoutError):
                async with asyncio.timeout(_LAST_WRITE_S):
                    await self.flush()

    async def flush(self) -> None:
        """Write what waits. Raises `Unavailable`; nothing is lost by that."""
        async with self._writing:
            if self._dropped:
                _LOG.error("audit_entries_dropped", count=self._dropped)
                self._dropped = 0
            while self._waiting:
                batch = [self._waiting[index] for index in range(min(_BATCH, len(self._waiting)))]
                await self._records.append(batch)
                for entry in batch:
                    if self._waiting and self._waiting[0] is entry:
                        self._waiting.popleft()
