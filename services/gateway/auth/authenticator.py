"""Finds the caller by the credential of a request.

off        none: the one person on this machine
token      Authorization: Bearer <SOKHAN_TOKEN>, or the session cookie of a browser that has signed in with it
accounts   Authorization: Bearer <access token or API key>, or the session cookie of a browser
both       ?ticket=, once, for connections that cannot have headers
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from starlette.requests import HTTPConnection

from services.gateway.auth.access_tokens import AccessTokens
from services.gateway.auth.cookies import SessionCookies
from services.gateway.auth.credentials import Credentials
from services.gateway.auth.identity import CallerIdentity, unauthenticated
from services.gateway.auth.installation_token import InstallationToken
from services.gateway.fair_use import FairUse
from shared.access import Ticket, TicketRepository
from shared.accounts import KEY_PREFIX
from shared.config import AuthMode
from shared.contracts.access import Role
from shared.contracts.owners import LOCAL_OWNER, PROBE_OWNER, TOKEN_OWNER
from shared.service.http import network_of
from shared.telemetry import get_logger

_LOG = get_logger("auth")
# Connections of browsers that start with a URL alone: WebSocket and EventSource cannot set a header.
_TICKET_PATHS = frozenset({"/ws", "/api/events", "/api/models/download/progress"})
# It may use what needs no scope: the state of the parts.
_PROBE = CallerIdentity(PROBE_OWNER, role=Role.VIEWER, scopes=frozenset(), key="probe")


@dataclass(frozen=True, slots=True)
class Authenticator:
    mode: AuthMode
    token: InstallationToken
    tickets: TicketRepository
    fair_use: FairUse
    credentials: Credentials
    access_tokens: AccessTokens
    cookies: SessionCookies

    async def caller_of(self, connection: HTTPConnection) -> CallerIdentity:
        """Raises `Unauthenticated`, `Forbidden` for a cookie on a page of another site, `RateLimited` after many wrong
        credentials, `Unavailable` without a store.
        """
        if self.mode is AuthMode.OFF:
            return CallerIdentity(LOCAL_OWNER)
        # An IPv6 client has 2^64 addresses: each would have a rate of its own.
        client = (network_of(connection.client.host) or connection.client.host) if connection.client else None
        scheme, _, token = connection.headers.get("authorization", "").partition(" ")
        ticket = connection.query_params.get("ticket") if connection.scope["path"] in _TICKET_PATHS else None
        caller = None
        if scheme:
            caller = await self._of_bearer(token.strip(), client) if scheme.lower() == "bearer" else None
        elif ticket:
            caller = await self._of_ticket(ticket, client)
        else:
            caller = await self._of_cookie(connection, client)
        if caller is not None:
            return caller
        if scheme or ticket:
            _LOG.warning("authentication_failed", client=client, credential="token" if scheme else "ticket")
        # A ticket is too long to be guessed, and a page may well use one twice. An access token expires all the time.
        if scheme and not _is_access_token(token):
            await self.fair_use.failed_login(client)
        raise unauthenticated()

    async def _of_bearer(self, token: str, client: str | None) -> CallerIdentity | None:
        if self.mode is AuthMode.TOKEN:
            return CallerIdentity(TOKEN_OWNER, client) if self.token.is_given(token) else None
        if token.startswith(KEY_PREFIX):
            return await self.credentials.of_key(token, client)
        subject = self.access_tokens.read(token) if _is_access_token(token) else None
        if subject is not None:
            return await self.credentials.of_session(subject.session, subject.owner)
        return _PROBE if self.token.is_given(token) else None

    async def _of_ticket(self, text: str, client: str | None) -> CallerIdentity | None:
        ticket = await self.tickets.redeem(text)
        if ticket is None:
            return None
        return await (self._of_token(ticket, client) if self.mode is AuthMode.TOKEN else self._of_account(ticket))

    async def _of_token(self, ticket: Ticket, client: str | None) -> CallerIdentity | None:
        """The caller of a ticket in the mode `token`: that of a session ends with it."""
        if ticket.session is None:
            return CallerIdentity(ticket.owner, client)
        found = await self.credentials.of_token_session(ticket.session, self.token.hash)
        return replace(found, client=client) if found else None

    async def _of_account(self, ticket: Ticket) -> CallerIdentity | None:
        if ticket.session is not None:
            return await self.credentials.of_session(ticket.session, ticket.owner)
        return await self.credentials.of_key_id(ticket.key) if ticket.key is not None else None

    async def _of_cookie(self, connection: HTTPConnection, client: str | None) -> CallerIdentity | None:
        cookie = self.cookies.read(connection)
        if not cookie:
            return None
        if self.mode is AuthMode.TOKEN:
            found = await self.credentials.of_token_cookie(cookie, self.token.hash)
            caller = replace(found, client=client) if found else None
        else:
            caller = await self.credentials.of_cookie(cookie)
        if caller is not None and caller.session is not None:
            self.cookies.check(connection, caller.session)
        return caller


def _is_access_token(token: str) -> bool:
    """Whether it has the form of one (JWT: three parts)."""
    return token.count(".") == 2
