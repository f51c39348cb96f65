"""The collection `sessions`: one document for each sign-in of an account.

A session has a refresh token (programs) or a cookie (browsers), both `<session id>.<secret>`. A refresh token is
replaced at each use; the use of a replaced one means that two parties have it, and ends the session (RFC 9700, 4.14.2).
The next secret is derived from the last one with a key of the installation: a client whose answer got lost may repeat
the request within `_OVERLAP` and gets the same token again.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import uuid
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

from shared.accounts.secrets import hash_of, matches, new_secret, split_credential
from shared.store import Filter, Store, Value
from shared.store.paging import find_all

_COLLECTION = "sessions"
_PAGE = 500
_IDLE = timedelta(days=30)
_LONGEST = timedelta(days=180)
_OVERLAP = timedelta(seconds=30)
# Characters of 6 bits.
_MARK = 22
# `last_used_at` is for people: one write a minute is enough.
_TOUCH_EVERY = timedelta(minutes=1)


class Session(BaseModel):
    """`secret_hash`: of the current refresh token or of the cookie. `address` and `agent`: of its last sign-in.

    `token_hash`: of the installation's token with which it was opened; None for the session of an account.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    owner: str
    kind: Literal["program", "browser"]
    secret_hash: str = Field(repr=False)
    previous_hash: str | None = Field(None, repr=False)
    token_hash: str | None = Field(None, repr=False)
    rotated_at: AwareDatetime | None = None
    address: str | None = None
    agent: str | None = None
    created_at: AwareDatetime
    last_used_at: AwareDatetime
    expires_at: AwareDatetime


class SessionRepository:
    """`chain_key`: derives the next refresh token. Every method raises `Unavailable` without a store."""

    def __init__(self, store: Store, now: Callable[[], datetime], chain_key: bytes) -> None:
        self._store = store
        self._now = now
        self._key = chain_key

    async def open(
        self,
        owner: str,
        kind: Literal["program", "browser"],
        address: str | None,
        agent: str | None,
        token_hash: str | None = None,
    ) -> tuple[Session, str]:
        """A new session and its credential. Deletes the sessions that have expired."""
        now = self._now()
        await self._store.delete(_COLLECTION, {"expires_at": {"$lte": now}})
        session_id = uuid.uuid4().hex
        secret = self._marked(session_id, new_secret())
        session = Session(
            id=session_id,
            owner=owner,
            kind=kind,
            secret_hash=hash_of(secret),
            token_hash=token_hash,
            address=address,
            agent=agent[:200] if agent else None,
            created_at=now,
            last_used_at=now,
            expires_at=now + _IDLE,
        )
        await self._store.insert(_COLLECTION, session.model_dump())
        return session, f"{session.id}.{secret}"

    async def find(self, session_id: str) -> Session | None:
        """The session; None if it has expired or was revoked."""
        document = await self._store.get(_COLLECTION, session_id)
        session = Session.model_validate(document) if document else None
        return session if session is not None and session.expires_at > self._now() else None

    async def of_cookie(self, credential: str) -> Session | None:
        """The browser's session with this cookie."""
        parts = split_credential(credential)
        session = await self.find(parts[0]) if parts else None
        if parts is None or session is None or session.kind != "browser":
            return None
        return session if matches(parts[1], session.secret_hash) else None

    async def refresh(self, credential: str) -> tuple[Session, str] | None:
        """The session and its next refresh token; None if the token is not valid. A replaced one ends the session."""
        parts = split_credential(credential)
        session = await self.find(parts[0]) if parts else None
        if parts is None or session is None or session.kind != "program":
            return None
        given = parts[1]
        following = self._next(session.id, given)
        if matches(given, session.secret_hash):
            rotated = await self._rotate(session, following)
            # Not found: a concurrent request has replaced the same token, by the same next one.
            return (rotated or session), f"{session.id}.{following}"
        now = self._now()
        overlaps = session.rotated_at is not None and now - session.rotated_at <= _OVERLAP
        if overlaps and matches(given, session.previous_hash):
            return session, f"{session.id}.{following}"
        if hmac.compare_digest(given, self._marked(session.id, given[:-_MARK])):
            await self.revoke({"id": session.id})
        return None

    async def _rotate(self, session: Session, following: str) -> Session | None:
        now = self._now()
        change: dict[str, Value] = {
            "secret_hash": hash_of(following),
            "previous_hash": session.secret_hash,
            "rotated_at": now,
            "last_used_at": now,
            "expires_at": min(now + _IDLE, session.created_at + _LONGEST),
        }
        current: Filter = {"id": session.id, "secret_hash": session.secret_hash}
        document = await self._store.update(_COLLECTION, current, {"$set": change})
        return Session.model_validate(document) if document else None

    def _next(self, session_id: str, secret: str) -> str:
        return self._marked(session_id, self._digest(f"{session_id}.{secret}"))

    def _marked(self, session_id: str, secret: str) -> str:
        """With a mark at its end that only the installation can make: a session's id is no secret, and must not be
        enough to end the session with an invented token.
        """
        return secret + self._digest(f"mark {session_id}.{secret}")[:_MARK]

    def _digest(self, text: str) -> str:
        return base64.urlsafe_b64encode(hmac.digest(self._key, text.encode(), hashlib.sha256)).rstrip(b"=").decode()

    async def touch(self, session: Session) -> None:
        """Record a use, at most once a minute. A browser's session lives on by it."""
        now = self._now()
        if now - session.last_used_at < _TOUCH_EVERY:
            return
        change: dict[str, Value] = {"last_used_at": now}
        if session.kind == "browser":
            change["expires_at"] = min(now + _IDLE, session.created_at + _LONGEST)
        await self._store.update(_COLLECTION, {"id": session.id}, {"$set": change})

    async def of(self, owner: str) -> list[Session]:
        """The account's sessions, the last used first."""
        where: Filter = {"owner": owner, "expires_at": {"$gt": self._now()}}
        items = await find_all(self._store, _COLLECTION, where, sort=[("last_used_at", -1)], page=_PAGE)
        return [Session.model_validate(item) for item in items]

    async def revoke(self, where: Filter) -> int:
        """Delete the sessions that match. Returns their number."""
        return await self._store.delete(_COLLECTION, where)
