"""Settings that change while the platform runs, and each user's Hub token."""

from __future__ import annotations

import asyncio

from services.gateway.auth import CallerIdentity
from services.gateway.settings.schemas import ChangeSettingsRequest, HuggingFaceView, SettingsView, StoredToken
from services.gateway.settings.usage import UsageService
from services.gateway.sources.schemas import TokenCheck
from services.gateway.sources.service import SourcesService
from shared.contracts.errors import Forbidden, HubUnreachable, NotFound, RedirectRefused
from shared.contracts.hints import Action, Hint
from shared.contracts.settings import PersonalSettings, PlatformSettings
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
        usage: UsageService,
    ) -> None:
        self._settings = settings
        self._vault = vault
        self._sources = sources
        self._defaults = defaults
        self._usage = usage

    async def show(self, owner: str) -> SettingsView:
        changed = (await self._settings.platform()).model_dump(exclude_none=True)
        platform = PlatformSettings.model_validate({**self._defaults.model_dump(), **changed})
        return SettingsView(
            **platform.model_dump(),
            **(await self._settings.personal(owner)).model_dump(),
            huggingface=HuggingFaceView(has_token=await self._vault.has(owner)),
            usage=await self._usage.of(owner),
        )

    async def change(self, changes: ChangeSettingsRequest, caller: CallerIdentity) -> SettingsView:
        """Change the fields that are set in `changes`. Raises `Forbidden` for the installation's."""
        given = changes.model_fields_set
        platform = {name: getattr(changes, name) for name in given & PlatformSettings.model_fields.keys()}
        personal = {name: getattr(changes, name) for name in given & PersonalSettings.model_fields.keys()}
        if platform and not caller.is_admin:
            raise Forbidden("This is a setting of the installation; an administrator changes it.")
        if platform:
            await self._settings.change_platform(PlatformSettings(**platform))
        if personal:
            await self._settings.change_personal(caller.owner, PersonalSettings(**personal))
        return await self.show(caller.owner)

    async def personal(self, owner: str) -> PersonalSettings:
        return await self._settings.personal(owner)

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
