"""The cap on all downloads of this worker: from the settings, unless an admin has set another while running."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from services.downloader.throttle import Throttle
from shared.contracts.errors import Unavailable
from shared.store import Store

_POLL_INTERVAL_S = 1.0


class Bandwidth:
    """`default` in bytes a second, 0 for no cap."""

    def __init__(self, store: Store, default: int, monotonic: Callable[[], float]) -> None:
        self._store = store
        self._default = default
        self.throttle = Throttle(default, monotonic)

    async def watch(self) -> None:
        """Follow the stored setting for as long as bytes flow."""
        while True:
            try:
                stored = await self._store.get("settings", "platform")
                cap = stored.get("download_bandwidth") if stored else None
                self.throttle.rate = cap if isinstance(cap, int) else self._default
            except Unavailable:
                pass  # the cap that was known stays
            await asyncio.sleep(_POLL_INTERVAL_S)
