"""Finds the caller by the credential of a request: the token in its header, or a one-use ticket in its URL."""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass

from pydantic import SecretStr
from starlette.requests import HTTPConnection

from services.gateway.auth.identity import CallerIdentity, unauthenticated
from services.gateway.fair_use import FairUse
from shared.access import TicketRepository
from shared.config import AuthMode
from shared.contracts.owners import LOCAL_OWNER, TOKEN_OWNER
from shared.service.http import network_of
from shared.telemetry import get_logger

_LOG = get_logger("auth")
# Connections of browsers that start with a URL alone: WebSocket and EventSource cannot set a header.
_TICKET_PATHS = frozenset({"/ws", "/api/events", "/api/models/download/progress"})


@dataclass(frozen=True, slots=True)
class Authenticator:
    """`token` is the shared one of the mode `token`."""

    mode: AuthMode
    token: SecretStr | None
    tickets: TicketRepository
    fair_use: FairUse

    async def caller_of(self, connection: HTTPConnection) -> CallerIdentity:
        """Raises `Unauthenticated`, `RateLimited` after many wrong credentials, `Unavailable` without a store."""
        if self.mode is AuthMode.OFF:
            return CallerIdentity(LOCAL_OWNER)
        # An IPv6 client has 2^64 addresses: each would have a rate of its own.
        client = (network_of(connection.client.host) or connection.client.host) if connection.client else None
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        ticket = connection.query_params.get("ticket") if connection.scope["path"] in _TICKET_PATHS else None
        if scheme.lower() == "bearer" and self._is_token(token.strip()):
            return CallerIdentity(TOKEN_OWNER, client)
        if ticket and (owner := await self.tickets.redeem(ticket)) is not None:
            return CallerIdentity(owner, client)
        if scheme or ticket:
            _LOG.warning("authentication_failed", client=client, credential="token" if scheme else "ticket")
        if scheme:  # a ticket is too long to be guessed, and a page may well use one twice
            await self.fair_use.failed_login(client)
        raise unauthenticated()

    def _is_token(self, given: str) -> bool:
        expected = self.token.get_secret_value() if self.token else ""
        return bool(expected) and hmac.compare_digest(_digest(given), _digest(expected))


def _digest(text: str) -> bytes:
    """Of one length, so that the comparison does not show that of the token."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
