"""Who a session or an API key belongs to, with a cache of a few seconds.

A revocation clears the cache of its own gateway at once, and of the others by a message on the bus; without the bus
they notice within `_FRESH_S`.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from services.gateway.auth.identity import CallerIdentity
from shared.accounts import AccountRepository, ApiKey, ApiKeyRepository, Session, SessionRepository
from shared.contracts.owners import TOKEN_OWNER

_FRESH_S = 5.0
_MAX_KNOWN = 10_000


@dataclass(frozen=True, slots=True)
class RevokedCredentials:
    """Those of a session, of a key, or all of an account."""

    session: str | None = None
    key: str | None = None
    owner: str | None = None

    def covers(self, caller: CallerIdentity) -> bool:
        return (
            (self.session is not None and self.session == caller.session)
            or (self.key is not None and self.key == caller.key)
            or (self.owner is not None and self.owner == caller.owner)
        )


@dataclass(slots=True)
class _Known:
    caller: CallerIdentity | None
    until: float


class Credentials:
    """Every method raises `Unavailable` while the store does not answer and nothing fresh is known."""

    def __init__(
        self,
        accounts: AccountRepository,
        sessions: SessionRepository,
        keys: ApiKeyRepository,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._accounts = accounts
        self._sessions = sessions
        self._keys = keys
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._revocations = 0

    async def of_session(self, session_id: str, owner: str) -> CallerIdentity | None:
        """The caller of a session that an access token or a ticket names."""

        async def look() -> CallerIdentity | None:
            session = await self._sessions.find(session_id)
            if session is None or session.owner != owner:
                return None
            await self._sessions.touch(session)
            return await self._of_account(owner, session=session_id)

        return await self._cached(f"session {owner} {session_id}", look)

    async def of_cookie(self, cookie: str) -> CallerIdentity | None:
        async def look() -> CallerIdentity | None:
            session = await self._sessions.of_cookie(cookie)
            if session is None:
                return None
            await self._sessions.touch(session)
            return await self._of_account(session.owner, session=session.id)

        return await self._cached(f"cookie {cookie}", look)

    async def of_token_cookie(self, cookie: str, token_hash: str | None) -> CallerIdentity | None:
        """The caller of a cookie that was opened with the installation's token of this hash."""

        async def look() -> CallerIdentity | None:
            return await self._of_token(await self._sessions.of_cookie(cookie), token_hash)

        return await self._cached(f"cookie {cookie}", look)

    async def of_token_session(self, session_id: str, token_hash: str | None) -> CallerIdentity | None:
        """The same for a session that a ticket names."""

        async def look() -> CallerIdentity | None:
            return await self._of_token(await self._sessions.find(session_id), token_hash)

        return await self._cached(f"session {TOKEN_OWNER} {session_id}", look)

    async def _of_token(self, session: Session | None, token_hash: str | None) -> CallerIdentity | None:
        if session is None or token_hash is None or session.token_hash != token_hash:
            return None
        await self._sessions.touch(session)
        return CallerIdentity(TOKEN_OWNER, session=session.id)

    async def of_key(self, credential: str, address: str | None) -> CallerIdentity | None:
        async def look() -> CallerIdentity | None:
            key = await self._keys.of_credential(credential)
            if key is None:
                return None
            await self._keys.touch(key, address)
            return await self._of_account(key.owner, key=key)

        return await self._cached(f"key {credential}", look)

    async def of_key_id(self, key_id: str) -> CallerIdentity | None:
        """The caller of a key that a ticket names."""

        async def look() -> CallerIdentity | None:
            key = await self._keys.find(key_id)
            return await self._of_account(key.owner, key=key) if key else None

        return await self._cached(f"key id {key_id}", look)

    async def _of_account(
        self, owner: str, *, session: str | None = None, key: ApiKey | None = None
    ) -> CallerIdentity | None:
        account = await self._accounts.find(owner)
        if account is None or not account.active:
            return None
        if key is None:
            return CallerIdentity(owner, role=account.role, session=session)
        return CallerIdentity(owner, role=account.role, scopes=frozenset(key.scopes), voice=key.voice, key=key.id)

    async def _cached(self, name: str, look: Callable[[], Awaitable[CallerIdentity | None]]) -> CallerIdentity | None:
        known = self._known.get(name)
        if known is not None and known.until > self._clock():
            return known.caller
        revocations = self._revocations
        caller = await look()
        if revocations != self._revocations:
            return await look()  # what was read may be from before a revocation
        if caller is None:
            self._known.pop(name, None)  # wrong credentials must not fill the memory
            return None
        if len(self._known) >= _MAX_KNOWN:
            self._known.clear()
        self._known[name] = _Known(caller, self._clock() + _FRESH_S)
        return caller

    def forget(self, revoked: RevokedCredentials) -> None:
        """Drop what is known of revoked credentials."""
        self._revocations += 1
        for name, known in list(self._known.items()):
            if known.caller is not None and revoked.covers(known.caller):
                del self._known[name]
