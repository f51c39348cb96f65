"""Settings as users see and change them."""

from __future__ import annotations

from services.gateway.sources.schemas import HubToken, TokenCheck
from shared.contracts.mended import Mended
from shared.contracts.settings import PersonalSettings, PlatformSettings
from shared.contracts.wire import Wire


class HuggingFaceView(Wire):
    """`has_token`: the user's or the installation's."""

    has_token: bool


class QuotaUse(Wire):
    """`limit`: None for no limit. `resets_in`: seconds until `used` begins at 0 again; None if it does not."""

    used: int
    limit: int | None = None
    resets_in: int | None = None


class SettingsView(PersonalSettings, PlatformSettings):
    """`usage`: what you have used of each quota, by its name; bytes, characters and counts."""

    huggingface: HuggingFaceView
    usage: dict[str, QuotaUse]


class ChangeSettingsRequest(PersonalSettings, PlatformSettings):
    """Only given fields change. `downloadBandwidth` is the installation's: an administrator changes it."""


class StoreTokenRequest(Mended, Wire):
    token: HubToken


class ValidateTokenRequest(Mended, Wire):
    """Without `token` the stored one is checked."""

    token: HubToken | None = None


class StoredToken(Wire):
    """`known`: whether the Hub knows it; null if the Hub did not answer. The token is stored in all cases."""

    has_token: bool = True
    known: bool | None
    name: str | None = None

    @classmethod
    def of(cls, check: TokenCheck | None) -> StoredToken:
        return cls(known=check.valid if check else None, name=check.name if check else None)
