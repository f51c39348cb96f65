"""The credential of the command line: SOKHAN_TOKEN (a token or an API key), else the session of `sokhan login`."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator, Mapping
from contextlib import ExitStack

import httpx2
from pydantic import JsonValue

from cli.errors import CliError, unexpected
from cli.session_store import SessionStore, StoredSession
from cli.settings import CliSettings
from shared.trust import authorities

# Long enough for the request that it is sent with.
_SPARE_S = 30.0
_TIMEOUT_S = 10.0


class SessionAuth(httpx2.Auth):
    """Adds the credential to requests. Refreshes an access token before it expires."""

    def __init__(self, settings: CliSettings, store: SessionStore | None = None) -> None:
        self._settings = settings
        self._store = store or SessionStore()
        self._session = None if settings.token else self._store.load(settings.base)

    async def headers(self) -> dict[str, str]:
        """The headers of a request or a socket. Raises `CliError` if the session has ended."""
        if self._session is None:
            return self._settings.headers
        if self._session.expires_at < time.time() + _SPARE_S:
            self._session = await self._refreshed()
        return {"Authorization": f"Bearer {self._session.access_token}"}

    async def async_auth_flow(self, request: httpx2.Request) -> AsyncGenerator[httpx2.Request, httpx2.Response]:
        request.headers.update(await self.headers())
        yield request

    async def _refreshed(self) -> StoredSession:
        """The session with a new access token; that of another process, if one has refreshed it meanwhile."""
        base = self._settings.base
        with ExitStack() as held:
            # Another task of this process may hold it, which must not be kept from ending.
            await asyncio.to_thread(held.enter_context, self._store.locked())
            known = self._store.load(base)
            if known is None:
                raise _ended(base)
            if known.expires_at >= time.time() + _SPARE_S:
                return known
            async with httpx2.AsyncClient(
                base_url=base, timeout=_TIMEOUT_S, trust_env=False, verify=authorities(base)
            ) as client:
                answer = await client.post("/api/auth/refresh", json={"refreshToken": known.refresh_token})
            if answer.status_code in {401, 403, 404}:
                self._store.forget(base)
                raise _ended(base)
            answer.raise_for_status()
            session = session_of(answer.json()["data"])
            self._store.save(base, session)
            return session


def session_of(signed_in: Mapping[str, JsonValue]) -> StoredSession:
    """The session in the answer to a sign-in. Raises `CliError` for an answer in another format."""
    account, seconds = signed_in.get("account"), signed_in.get("expiresIn")
    if not isinstance(account, dict) or not isinstance(seconds, int):
        raise unexpected("The gateway's answer has no session.")
    return StoredSession(
        name=str(account.get("name")),
        access_token=str(signed_in.get("accessToken")),
        expires_at=time.time() + seconds,
        refresh_token=str(signed_in.get("refreshToken")),
    )


def _ended(base: str) -> CliError:
    return CliError(f"Your session at {base} has ended.", code="UNAUTHENTICATED", hint="Sign in again: sokhan login")
