"""Responses that end when the caller's credential is revoked."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Mapping
from os import PathLike
from typing import Any

from starlette.responses import FileResponse
from starlette.types import Receive, Scope, Send

from shared.tasks import until_first


async def until_revoked(sending: Coroutine[Any, Any, None], revoked: asyncio.Event) -> None:
    """Send until the end, or until the event is set. The body is then incomplete, so the server cuts the connection."""
    await until_first(sending, revoked.wait())


class RevocableFile(FileResponse):
    """A file that is sent as long as the caller may have it."""

    def __init__(
        self,
        path: str | PathLike[str],
        revoked: asyncio.Event,
        *,
        media_type: str | None = None,
        filename: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(path, headers=headers, media_type=media_type, filename=filename)
        self._revoked = revoked

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        await until_revoked(super().__call__(scope, receive, send), self._revoked)
