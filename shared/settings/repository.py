"""The document `platform` of the collection `settings`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from pydantic import ValidationError

from shared.contracts.settings import PLATFORM_SETTINGS, PlatformSettings
from shared.store import Store, Value
from shared.telemetry import get_logger

_COLLECTION = "settings"
_LOG = get_logger("settings")


class SettingsRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def platform(self) -> PlatformSettings:
        """The changed settings; an unchanged field is None."""
        document = await self._store.get(_COLLECTION, PLATFORM_SETTINGS) or {}
        try:
            return PlatformSettings.model_validate(document)
        except ValidationError as error:  # edited by hand, or of another version: the defaults apply
            _LOG.warning("settings_unreadable", reason=str(error.errors()[0]["msg"]))
            return PlatformSettings()

    async def change_platform(self, changes: PlatformSettings) -> None:
        """Store the fields that are set in `changes`; None restores the default."""
        given: dict[str, Value] = changes.model_dump(include=changes.model_fields_set)
        if given:
            await self._store.upsert(_COLLECTION, PLATFORM_SETTINGS, {"$set": {**given, "updated_at": self._now()}})
