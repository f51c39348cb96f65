"""HTTP conventions for all paths: HEAD, trailing slashes, and the allowed methods."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import anyio
from starlette.routing import BaseRoute, Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")


def allowed_methods(routes: Iterable[BaseRoute], scope: Scope) -> tuple[str, ...]:
    """The methods of the request's path, with HEAD for every GET."""
    known = list(routes)
    found = [method for method in _METHODS if _answers(known, scope, method)]
    return tuple(method for method in _METHODS if method in found or (method == "HEAD" and "GET" in found))


class HttpConventions:
    """Answers HEAD as GET without a body, and ignores a slash at the end of a path."""

    def __init__(self, app: ASGIApp, routes: Sequence[BaseRoute]) -> None:
        self._app = app
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        path = scope["path"].rstrip("/") or "/"
        if path != scope["path"]:
            scope["path"], scope["raw_path"] = path, scope.get("raw_path", b"").rstrip(b"/") or b"/"
        if scope["type"] == "http" and scope["method"] == "HEAD" and not _answers(self._routes, scope, "HEAD"):
            await self._head(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    async def _head(self, scope: Scope, receive: Receive, send: Send) -> None:
        """The response head of GET. The body's producer is cancelled, as after a client's disconnect."""
        inner = {**scope, "method": "GET"}  # the server goes by the method of its own scope
        with anyio.CancelScope() as getting:

            async def send_head(message: Message) -> None:
                if message["type"] != "http.response.start":
                    return
                scope["route"] = inner.get("route")  # for the metrics around us
                await send(message)
                await send({"type": "http.response.body", "body": b"", "more_body": False})
                getting.cancel()

            await self._app(inner, receive, send_head)


def _answers(routes: Iterable[BaseRoute], scope: Scope, method: str) -> bool:
    return any(route.matches({**scope, "method": method})[0] is Match.FULL for route in routes)
