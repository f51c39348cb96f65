"""Without authentication: only this machine's own pages and programs are answered."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.edge.middleware import EdgeMiddleware
from shared.config import is_loopback
from shared.contracts.errors import Forbidden
from shared.telemetry import Metrics

_DEFAULT_PORTS = {"http": 80, "https": 443}


class BrowserGuard(EdgeMiddleware):
    """Refuses a foreign Host (DNS rebinding), Origin or site: without auth any page in the user's browser could call.

    `Sec-Fetch-Site` covers what has no Origin: `<img>`, `<audio>` and links of another site, another port included.
    """

    def __init__(self, app: ASGIApp, allowed_origins: tuple[str, ...], metrics: Metrics) -> None:
        super().__init__(app, metrics)
        self._allowed = frozenset(allowed_origins)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if self._trusted(Headers(scope=scope)):
            await self._app(scope, receive, send)
            return
        error = Forbidden(
            "Without authentication Sokhan answers only to this machine's own pages.",
            hint="Open it as http://127.0.0.1, add the origin to SOKHAN_CORS_ORIGINS, or set SOKHAN_AUTH=token.",
        )
        await self.refuse(scope, receive, send, error)

    def _trusted(self, headers: Headers) -> bool:
        host = _host_and_port(f"http://{headers.get('host', '')}")
        if host is None or not is_loopback(host[0]):
            return False
        origin = headers.get("origin")
        if origin is not None:
            return origin in self._allowed or _is_own(origin, host)
        return headers.get("sec-fetch-site", "none") in {"none", "same-origin"}


def _is_own(origin: str, host: tuple[str, int]) -> bool:
    """Whether the origin is a page of this gateway: on loopback, under any of its names, on the same port."""
    page = _host_and_port(origin)
    return page is not None and is_loopback(page[0]) and page[1] == host[1]


def _host_and_port(url: str) -> tuple[str, int] | None:
    """Host and port of a URL; None if it has none."""
    try:
        parts = urlsplit(url)
        port = parts.port or _DEFAULT_PORTS.get(parts.scheme)
    except ValueError:
        return None
    return (parts.hostname, port) if parts.hostname and port else None
