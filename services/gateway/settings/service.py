"""Settings that change while the platform runs, and each user's Hub token."""

from __future__ import annotations

import asyncio

from services.gateway.settings.schemas import HuggingFaceView, SettingsView, StoredToken
from services.gateway.sources.schemas import TokenCheck
from services.gateway.sources.service import SourcesService
from shared.contracts.errors import HubUnreachable, NotFound, RedirectRefused
from shared.contracts.hints import Action, Hint
from shared.contracts.settings import PlatformSettings
from shared.hub import TokenVault
from shared.settings import SettingsRepository

# Seconds that storing a token waits for a Hub that does not answer (blocked networks).
_ASK_S = 8.0


class SettingsService:
    """`defaults` apply until a setting is changed here."""

    def __init__(
        self,
        settings: SettingsRepository,
        vault: TokenVault,
        sources: SourcesService,
        defaults: PlatformSettings,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._sources = sources
        self._defaults = defaults

    async def show(self, owner: str) -> SettingsView:
        changed = (await self._settings.platform()).model_dump(exclude_none=True)
        platform = PlatformSettings.model_validate({**self._defaults.model_dump(), **changed})
        return SettingsView(
            **platform.model_dump(), huggingface=HuggingFaceView(has_token=await self._vault.has(owner))
        )

    async def change(self, changes: PlatformSettings, owner: str) -> SettingsView:
        """Change the fields that are set in `changes`."""
        await self._settings.change_platform(changes)
        return await self.show(owner)

    async def check_token(self, token: str | None, owner: str) -> TokenCheck:
        """Check a token with the Hub. Raises `NotFound` without a given or stored one, `HubUnreachable`."""
        token = token or await self._vault.get(owner)
        if token is None:
            raise NotFound("There is no Hub token stored.", hint=Hint(Action.STORE_HUB_TOKEN))
        return await self._sources.whose(token)

    async def store_token(self, token: str, owner: str) -> StoredToken:
        await self._vault.put(owner, token)
        try:
            async with asyncio.timeout(_ASK_S):
                return StoredToken.of(await self._sources.whose(token))
        except (TimeoutError, HubUnreachable, RedirectRefused):
            return StoredToken.of(None)

    async def forget_token(self, owner: str) -> HuggingFaceView:
        """Forget the user's token; the installation's token applies again, if there is one."""
        await self._vault.delete(owner)
        return HuggingFaceView(has_token=await self._vault.has(owner))
