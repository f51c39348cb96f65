"""Around every request: an id, a trace, metrics by route, one log line; and, without auth, the loopback guard."""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from urllib.parse import urlsplit

from opentelemetry.trace import SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.envelope import error_content
from shared.config import is_loopback
from shared.contracts.errors import Forbidden
from shared.telemetry import Metrics, get_logger, log_context, remote_span

_LOG = get_logger("http")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
_QUIET = frozenset({"/livez", "/readyz", "/metrics"})


class RequestContext:
    def __init__(self, app: ASGIApp, metrics: Metrics, new_id: Callable[[], str]) -> None:
        self._app = app
        self._metrics = metrics
        self._new_id = new_id

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        request_id = given if _REQUEST_ID.fullmatch(given) else self._new_id()
        scope.setdefault("state", {})["request_id"] = request_id
        status = 500
        started = time.perf_counter()

        async def tagged(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        method, path = scope["method"], scope["path"]
        with (
            log_context(request_id=request_id),
            remote_span(f"{method} {path}", dict(headers), SpanKind.SERVER, **{"http.request.method": method}),
        ):
            try:
                await self._app(scope, receive, tagged)
            finally:
                seconds = time.perf_counter() - started
                self._record(scope, method, status, seconds)
                if path not in _QUIET:
                    _LOG.info("request", method=method, path=path, status=status, ms=round(seconds * 1000, 1))

    def _record(self, scope: Scope, method: str, status: int, seconds: float) -> None:
        # The route's template, not the path: ids in paths must not create time series.
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.http_requests.labels(method, route, str(status)).inc()
        self._metrics.http_seconds.labels(method, route).observe(seconds)


class LoopbackGuard:
    """Refuses a foreign Host (DNS rebinding) or Origin: without auth any page in the user's browser could call us."""

    def __init__(self, app: ASGIApp, allowed_origins: tuple[str, ...]) -> None:
        self._app = app
        self._allowed = frozenset(allowed_origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and not self._trusted(Headers(scope=scope)):
            if scope["type"] == "websocket":
                await send({"type": "websocket.close", "code": 1008, "reason": "foreign origin"})
                return
            error = Forbidden(
                "Without authentication Sokhan answers only to this machine's own pages.",
                hint="Open it as http://127.0.0.1, add the origin to SOKHAN_CORS_ORIGINS, or set SOKHAN_AUTH=token.",
            )
            content = error_content(scope["path"], scope["state"]["request_id"], error)
            await JSONResponse(content, status_code=error.status)(scope, receive, send)
            return
        await self._app(scope, receive, send)

    def _trusted(self, headers: Headers) -> bool:
        host = urlsplit(f"//{headers.get('host', '')}").hostname or ""
        origin = headers.get("origin")
        return is_loopback(host) and (
            origin is None or origin in self._allowed or is_loopback(urlsplit(origin).hostname or "")
        )
