"""Settings that change while the platform runs, and each user's Hub token."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import datetime

from services.gateway.settings.schemas import HuggingFaceView, SettingsView, StoredToken
from services.gateway.sources.schemas import TokenCheck
from services.gateway.sources.service import SourcesService
from shared.contracts.errors import HubUnreachable, NotFound, RedirectRefused
from shared.contracts.settings import PLATFORM_SETTINGS, PlatformSettings
from shared.hub import TokenVault
from shared.store import Store

_COLLECTION = "settings"
# Who stores a token behind a block waits no longer than this for a Hub that does not answer.
_ASK_S = 8.0


class SettingsService:
    """`defaults` hold until somebody changes them here."""

    def __init__(
        self,
        store: Store,
        vault: TokenVault,
        sources: SourcesService,
        defaults: PlatformSettings,
        now: Callable[[], datetime],
    ) -> None:
        self._store = store
        self._vault = vault
        self._sources = sources
        self._defaults = defaults
        self._now = now

    async def show(self, owner: str) -> SettingsView:
        document = await self._store.get(_COLLECTION, PLATFORM_SETTINGS)
        changed = {name: value for name, value in (document or {}).items() if value is not None}
        platform = PlatformSettings.model_validate({**self._defaults.model_dump(), **changed})
        return SettingsView(
            **platform.model_dump(), huggingface=HuggingFaceView(has_token=await self._vault.has(owner))
        )

    async def change(self, wish: PlatformSettings, owner: str) -> SettingsView:
        """Only what the wish names."""
        given = wish.model_dump(include=wish.model_fields_set)
        if given:
            await self._store.upsert(_COLLECTION, PLATFORM_SETTINGS, {"$set": {**given, "updated_at": self._now()}})
        return await self.show(owner)

    async def check_token(self, token: str | None, owner: str) -> TokenCheck:
        """Raises `NotFound` where none is given nor stored, `HubUnreachable`."""
        token = token or await self._vault.get(owner)
        if token is None:
            raise NotFound("There is no Hub token stored.", hint="PUT /api/settings/huggingface/token stores one.")
        return await self._sources.whose(token)

    async def store_token(self, token: str, owner: str) -> StoredToken:
        await self._vault.put(owner, token)
        try:
            async with asyncio.timeout(_ASK_S):
                return StoredToken.of(await self._sources.whose(token))
        except (TimeoutError, HubUnreachable, RedirectRefused):
            return StoredToken.of(None)

    async def forget_token(self, owner: str) -> HuggingFaceView:
        """That of the installation, where there is one, counts again then."""
        await self._vault.delete(owner)
        return HuggingFaceView(has_token=await self._vault.has(owner))
