"""The smallest ASGI application, which `bench/servers.py` lets every server serve."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:  # the other servers have an environment without Starlette
    from starlette.types import Receive, Scope, Send

_BODY = b'{"ok": true}'


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] != "http":
        return
    headers = [(b"content-type", b"application/json"), (b"content-length", b"12")]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": _BODY})
