"""Settings as users see and change them."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from services.gateway.sources.schemas import TokenCheck
from shared.contracts.mended import Mended
from shared.contracts.settings import PlatformSettings
from shared.contracts.wire import Wire


class HuggingFaceView(Wire):
    """`has_token`: the user's or the installation's."""

    has_token: bool


class SettingsView(PlatformSettings):
    huggingface: HuggingFaceView


class StoreTokenRequest(Mended, Wire):
    token: SecretStr = Field(min_length=4, max_length=200, examples=["hf_…"])

    @field_validator("token")
    @classmethod
    def _one_word(cls, token: SecretStr) -> SecretStr:
        text = token.get_secret_value()
        if not (text.isascii() and text.isprintable()) or " " in text:
            raise ValueError("a token is one word of 4 to 200 letters and digits")
        return token


class ValidateTokenRequest(Mended, Wire):
    """Without `token` the stored one is checked."""

    token: SecretStr | None = Field(None, min_length=4, max_length=200)


class StoredToken(Wire):
    """`known`: whether the Hub knows it; null if the Hub did not answer. The token is stored in all cases."""

    has_token: bool = True
    known: bool | None
    name: str | None = None

    @classmethod
    def of(cls, check: TokenCheck | None) -> StoredToken:
        return cls(known=check.valid if check else None, name=check.name if check else None)
