"""Around every request: an id, a trace, metrics by route, one log line."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry.trace import Span, SpanKind
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from shared.telemetry import Metrics, get_logger, log_context, remote_span

_LOG = get_logger("http")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{1,64}")
# Probes come every few seconds, for ever.
_QUIET = frozenset({"/livez", "/readyz", "/metrics", "/health"})


class RequestContext:
    """Uses the client's `X-Request-Id` if it is well formed, else the id that the guard has given."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        given = headers.get("x-request-id", "")
        if _REQUEST_ID.fullmatch(given):
            scope["state"]["request_id"] = given
        request_id = scope["state"]["request_id"]
        method, path = scope["method"], scope["path"]
        answer = _Answer()

        async def tagged(message: Message) -> None:
            answer.seen(message)
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message)["X-Request-Id"] = request_id
            await send(message)

        with log_context(request_id=request_id), _traced(method, path, headers) as current:
            try:
                await self._app(scope, receive, tagged)
            finally:
                self._record(scope, method, answer, current)
                if path not in _QUIET:
                    caller = scope["state"].get("caller")
                    with log_context(account=caller.owner if caller else None):
                        _LOG.info("request", method=method, path=path, status=answer.status, ms=answer.milliseconds)

    def _record(self, scope: Scope, method: str, answer: _Answer, current: Span | None) -> None:
        # The route's template, not the path: ids in paths must not create time series.
        route = getattr(scope.get("route"), "path", "unmatched")
        self._metrics.http.answered(method, route, answer.status, answer.head_after or answer.seconds)
        if current is not None:
            current.update_name(f"{method} {route}")
            current.set_attributes({"http.route": route, "http.response.status_code": answer.status})
        if answer.streamed:
            self._metrics.http.streamed(method, route, answer.seconds)


@contextmanager
def _traced(method: str, path: str, headers: Headers) -> Iterator[Span | None]:
    """The span of a request, named by its route once that is known; None for a probe."""
    if path in _QUIET:
        yield None
        return
    attributes = {"http.request.method": method, "url.path": path}
    with remote_span(method, headers, SpanKind.SERVER, **attributes) as current:
        yield current


class _Answer:
    """What the messages of an answer say. Until its head is sent, the status is 500."""

    def __init__(self) -> None:
        self.status = 500
        self.head_after: float | None = None
        self.streamed = False
        self._started = time.perf_counter()

    def seen(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.head_after = self.seconds
        elif message["type"] == "http.response.body" and message.get("more_body") and message.get("body"):
            self.streamed = True

    @property
    def seconds(self) -> float:
        return time.perf_counter() - self._started

    @property
    def milliseconds(self) -> float:
        return round(self.seconds * 1000, 1)
