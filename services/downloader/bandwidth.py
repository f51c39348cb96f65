"""The bandwidth cap of all downloads of this worker: an administrator's setting, else the configured default."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from services.downloader.throttle import Throttle
from shared.contracts.errors import Unavailable
from shared.settings import SettingsRepository

_POLL_INTERVAL_S = 1.0


class Bandwidth:
    """`default` in bytes a second, 0 for no cap."""

    def __init__(self, settings: SettingsRepository, default: int, monotonic: Callable[[], float]) -> None:
        self._settings = settings
        self._default = default
        self.throttle = Throttle(default, monotonic)

    async def watch(self) -> None:
        """Follow the stored setting. Runs until it is cancelled."""
        while True:
            try:
                changed = await self._settings.platform()
                cap = changed.download_bandwidth
                self.throttle.rate = cap if cap is not None else self._default
            except Unavailable:
                pass  # keep the last known cap
            await asyncio.sleep(_POLL_INTERVAL_S)
