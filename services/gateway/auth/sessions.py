"""Sessions of accounts: opened, listed, ended. What is ended is ended on every gateway, with its open streams."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from starlette.requests import HTTPConnection

from services.gateway.auth.access_tokens import AccessTokens
from services.gateway.auth.credentials import RevokedCredentials
from services.gateway.auth.identity import CallerIdentity
from services.gateway.auth.revoking import Revoker
from services.gateway.auth.schemas import AccountView, RevokedSessions, SessionView
from shared.accounts import Account, Session, SessionRepository
from shared.contracts.errors import NotFound
from shared.contracts.owners import TOKEN_OWNER


@dataclass(frozen=True, slots=True)
class OpenedSession:
    """`credential`: the refresh token, or the cookie's value. `access_seconds`: the life of `access_token`.

    `account`: None for a session of the mode `token`, which is a browser's.
    """

    account: AccountView | None
    session: Session
    credential: str
    access_token: str
    access_seconds: int


class SessionsService:
    def __init__(self, sessions: SessionRepository, tokens: AccessTokens, revoker: Revoker) -> None:
        self._sessions = sessions
        self._tokens = tokens
        self._revoker = revoker

    async def open(self, account: Account, connection: HTTPConnection, *, cookie: bool) -> OpenedSession:
        kind: Literal["browser", "program"] = "browser" if cookie else "program"
        address = connection.client.host if connection.client else None
        agent = connection.headers.get("user-agent")
        session, credential = await self._sessions.open(account.id, kind, address, agent)
        return self.opened(account, session, credential)

    async def open_with_token(self, token_hash: str, connection: HTTPConnection) -> OpenedSession:
        """A browser's session in the mode `token`. Deletes those of an earlier token."""
        await self._sessions.revoke({"owner": TOKEN_OWNER, "token_hash": {"$ne": token_hash}})
        address = connection.client.host if connection.client else None
        agent = connection.headers.get("user-agent")
        session, credential = await self._sessions.open(TOKEN_OWNER, "browser", address, agent, token_hash)
        return OpenedSession(None, session, credential, "", 0)

    async def refresh(self, credential: str) -> tuple[Session, str] | None:
        """The session and its next refresh token; None if the given one is not valid. Its reuse ends the session."""
        before = await self._sessions.find(credential.partition(".")[0])
        found = await self._sessions.refresh(credential)
        if found is None and before is not None and await self._sessions.find(before.id) is None:
            await self._revoker.revoke(RevokedCredentials(session=before.id))
        return found

    def opened(self, account: Account, session: Session, credential: str) -> OpenedSession:
        token = self._tokens.issue(account.id, session.id)
        return OpenedSession(AccountView.of(account), session, credential, token, self._tokens.seconds)

    async def of(self, caller: CallerIdentity) -> list[SessionView]:
        found = await self._sessions.of(caller.owner)
        fields = set(SessionView.model_fields) - {"current"}
        return [
            SessionView(**session.model_dump(include=fields), current=session.id == caller.session) for session in found
        ]

    async def end_own(self, caller: CallerIdentity) -> None:
        """End the session that the caller uses; nothing for a caller without one."""
        if caller.session is not None:
            await self._end(caller.owner, [caller.session])

    async def end_one(self, caller: CallerIdentity, session_id: str) -> RevokedSessions:
        """Raises `NotFound`, also for a session of another account."""
        if not await self._end(caller.owner, [session_id]):
            raise NotFound(f"There is no session {session_id[:40]}.")
        return RevokedSessions(revoked=1)

    async def end_others(self, caller: CallerIdentity) -> RevokedSessions:
        others = [session.id for session in await self._sessions.of(caller.owner) if session.id != caller.session]
        return RevokedSessions(revoked=await self._end(caller.owner, others))

    async def end(self, session: Session) -> None:
        await self._end(session.owner, [session.id])

    async def end_all(self, owner: str) -> int:
        """End every session of an account, and what its keys have opened."""
        count = await self._sessions.revoke({"owner": owner})
        await self._revoker.revoke(RevokedCredentials(owner=owner))
        return count

    async def _end(self, owner: str, session_ids: list[str]) -> int:
        count = 0
        for session_id in session_ids:
            count += await self._sessions.revoke({"id": session_id, "owner": owner})
            await self._revoker.revoke(RevokedCredentials(session=session_id))
        return count
