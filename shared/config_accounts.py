"""The settings of accounts (`SOKHAN_AUTH=accounts`) and of the secrets that they need."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

from pydantic import Field, SecretStr, field_validator
from pydantic_settings import BaseSettings, NoDecode

from shared.setting_values import http_url

_SHORTEST = 16


class Registration(StrEnum):
    """Who may make an account: everyone who reaches the gateway, holders of an invitation, or nobody."""

    OPEN = "open"
    INVITATION = "invitation"
    CLOSED = "closed"


class AccountSettings(BaseSettings):
    registration: Registration = Registration.INVITATION
    public_url: str = Field("", description="the gateway's address as browsers see it; empty: that of the request")
    admin_link_file: Path | None = Field(None, description="receives the first administrator's link; else the log does")
    access_token_seconds: int = Field(600, ge=30, le=3600, description="life of an access token")
    api_keys_per_owner: int = Field(50, ge=0, description="API keys of one account; 0 is no limit")
    secret_key: SecretStr | None = Field(None, description="encrypts Hub tokens at rest and signs access tokens")
    secret_key_previous: Annotated[tuple[SecretStr, ...], NoDecode] = Field(
        (), description="earlier secret keys: they still decrypt and verify"
    )
    webhook_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="hosts in the own network that webhooks may reach; others must be public"
    )
    audit_days: int = Field(365, ge=1, description="age up to which the audit is kept")

    @field_validator("registration", mode="before")
    @classmethod
    def _lower_case(cls, value: object) -> object:
        return value.lower() if isinstance(value, str) else value

    @field_validator("public_url")
    @classmethod
    def _url(cls, value: str) -> str:
        return http_url(value) if value else value

    @field_validator("secret_key_previous", mode="before")
    @classmethod
    def _split_keys(cls, value: object) -> object:
        text = value.get_secret_value() if isinstance(value, SecretStr) else value
        return tuple(part.strip() for part in text.split(",") if part.strip()) if isinstance(text, str) else text

    @field_validator("webhook_hosts", mode="before")
    @classmethod
    def _split_hosts(cls, value: object) -> object:
        return (
            tuple(part.strip().lower() for part in value.split(",") if part.strip())
            if isinstance(value, str)
            else value
        )

    @field_validator("secret_key", "secret_key_previous")
    @classmethod
    def _long_enough(cls, value: SecretStr | tuple[SecretStr, ...] | None) -> SecretStr | tuple[SecretStr, ...] | None:
        given = value if isinstance(value, tuple) else () if value is None else (value,)
        if isinstance(value, SecretStr) and not value.get_secret_value():
            return None
        if any(len(secret.get_secret_value()) < _SHORTEST for secret in given):
            raise ValueError(f"must have at least {_SHORTEST} characters")
        return value
