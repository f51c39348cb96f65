"""The document `platform` of the collection `settings`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from shared.contracts.settings import PLATFORM_SETTINGS, PlatformSettings
from shared.store import Store, Value

_COLLECTION = "settings"


class SettingsRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def platform(self) -> PlatformSettings:
        """The changed settings; an unchanged field is None."""
        return PlatformSettings.model_validate(await self._store.get(_COLLECTION, PLATFORM_SETTINGS) or {})

    async def change_platform(self, changes: PlatformSettings) -> None:
        """Store the fields that are set in `changes`; None restores the default."""
        given: dict[str, Value] = changes.model_dump(include=changes.model_fields_set)
        if given:
            await self._store.upsert(_COLLECTION, PLATFORM_SETTINGS, {"$set": {**given, "updated_at": self._now()}})
