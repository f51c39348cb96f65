"""Authentication: the owner of a request, the caller's address, administrators."""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import HTTPConnection

from services.gateway.dependencies import provided
from shared.config import AuthMode, Settings
from shared.contracts.errors import Unauthenticated
from shared.contracts.hints import Action, Hint

_STREAMS = frozenset({"/api/events", "/api/models/download/progress"})
_settings = provided(Settings)


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """`client`: the caller's address, where several people share one token; None where the owner is one person."""

    owner: str
    client: str | None = None


def owner_of(connection: HTTPConnection) -> str:
    """The owner of a request. Live streams take the token as `?token=` too: browsers cannot set their headers.

    Raises `Unauthenticated`.
    """
    settings = _settings(connection)
    if settings.auth is AuthMode.OFF:
        return "local"
    scheme, _, given = connection.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer":
        live = connection.scope["type"] == "websocket" or connection.url.path in _STREAMS
        given = connection.query_params.get("token", "") if live else ""
    expected = settings.token.get_secret_value() if settings.token else ""
    if not expected or not hmac.compare_digest(given.encode(), expected.encode()):
        raise Unauthenticated("This needs a valid token.", hint=Hint(Action.AUTHENTICATE))
    return "owner"


def caller_of(connection: HTTPConnection) -> CallerIdentity:
    """The owner and, with a shared token, the address, which distinguishes the users of that token."""
    owner = owner_of(connection)
    shared = _settings(connection).auth is AuthMode.TOKEN
    return CallerIdentity(owner, connection.client.host if shared and connection.client else None)


def admin_of(connection: HTTPConnection) -> str:
    """An administrator: without accounts, every authenticated caller. Raises `Unauthenticated`."""
    return owner_of(connection)


Owner = Annotated[str, Depends(owner_of)]
Caller = Annotated[CallerIdentity, Depends(caller_of)]
Admin = Annotated[str, Depends(admin_of)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="A repeated key returns the first job instead of starting another one.",
    ),
]
