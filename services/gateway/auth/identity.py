"""The caller of a request, as authentication has found it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Header
from starlette.requests import HTTPConnection

from shared.contracts.access import Role, Scope
from shared.contracts.errors import Unauthenticated
from shared.contracts.hints import Action, Hint


@dataclass(frozen=True, slots=True)
class CallerIdentity:
    """`client`: the caller's address, where several people share one token; None where the owner is one person.

    `scopes`: those of an API key, None without one; `voice`: the only voice that the key may use. `session` and `key`
    identify the credential: what was opened with it ends when it is revoked.
    """

    owner: str
    client: str | None = None
    role: Role = Role.ADMIN
    scopes: frozenset[Scope] | None = None
    voice: str | None = None
    session: str | None = None
    key: str | None = None

    @property
    def is_admin(self) -> bool:
        """An administrator; with a key only if it has the scope."""
        return self.role is Role.ADMIN and (self.scopes is None or Scope.ADMIN in self.scopes)


def set_caller(connection: HTTPConnection, caller: CallerIdentity) -> None:
    connection.state.caller = caller


def optional_caller(connection: HTTPConnection) -> CallerIdentity | None:
    """The caller; None on a public path without a valid credential."""
    caller: CallerIdentity | None = getattr(connection.state, "caller", None)
    return caller


def caller_of(connection: HTTPConnection) -> CallerIdentity:
    """Raises `Unauthenticated`."""
    caller = optional_caller(connection)
    if caller is None:
        raise unauthenticated()
    return caller


def owner_of(connection: HTTPConnection) -> str:
    """Raises `Unauthenticated`."""
    return caller_of(connection).owner


def unauthenticated() -> Unauthenticated:
    return Unauthenticated("This needs a valid token.", hint=Hint(Action.AUTHENTICATE))


Owner = Annotated[str, Depends(owner_of)]
Caller = Annotated[CallerIdentity, Depends(caller_of)]
OptionalCaller = Annotated[CallerIdentity | None, Depends(optional_caller)]
IdempotencyKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        description="A repeated key returns the first job instead of starting another one.",
    ),
]
