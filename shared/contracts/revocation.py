"""The notice of one gateway to the others that a credential is revoked."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from shared.contracts.wire import Wire


class CredentialRevoked(Wire):
    """`session`, `key` or `owner`: what is revoked; `owner` means every credential of the account."""

    schema_: Literal["auth.revoked/1"] = Field("auth.revoked/1", alias="schema")
    session: str | None = None
    key: str | None = None
    owner: str | None = None
