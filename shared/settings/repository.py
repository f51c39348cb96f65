"""The settings of the installation and of its owners in the collection `settings`."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from shared.contracts.settings import PLATFORM_SETTINGS, PersonalSettings, PlatformSettings, personal_settings
from shared.store import Store, Value
from shared.telemetry import get_logger

_COLLECTION = "settings"
_LOG = get_logger("settings")
M = TypeVar("M", bound=BaseModel)


class SettingsRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def platform(self) -> PlatformSettings:
        """The changed settings; an unchanged field is None."""
        return await self._read(PLATFORM_SETTINGS, PlatformSettings)

    async def change_platform(self, changes: PlatformSettings) -> None:
        """Store the fields that are set in `changes`; None restores the default."""
        await self._change(PLATFORM_SETTINGS, changes)

    async def personal(self, owner: str) -> PersonalSettings:
        """The owner's settings, with the defaults of unchanged fields."""
        return await self._read(personal_settings(owner), PersonalSettings)

    async def change_personal(self, owner: str, changes: PersonalSettings) -> None:
        """Store the fields that are set in `changes`."""
        await self._change(personal_settings(owner), changes)

    async def delete_personal(self, owner: str) -> None:
        await self._store.delete(_COLLECTION, {"id": personal_settings(owner)})

    async def _read(self, id_: str, model: type[M]) -> M:
        document = await self._store.get(_COLLECTION, id_) or {}
        try:
            return model.model_validate(document)
        except ValidationError as error:  # edited by hand, or of another version: the defaults apply
            _LOG.warning("settings_unreadable", id=id_, reason=str(error.errors()[0]["msg"]))
            return model()

    async def _change(self, id_: str, changes: BaseModel) -> None:
        given: dict[str, Value] = changes.model_dump(include=changes.model_fields_set)
        if given:
            await self._store.upsert(_COLLECTION, id_, {"$set": {**given, "updated_at": self._now()}})
