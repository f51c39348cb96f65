"""The base of the gateway's middleware: requests and sockets pass through it, and are refused in one form."""

from __future__ import annotations

from abc import ABC, abstractmethod

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.envelope import error_response
from shared.contracts.errors import SokhanError
from shared.telemetry import Metrics


class EdgeMiddleware(ABC):
    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            await self.handle(scope, receive, send)
        else:
            await self._app(scope, receive, send)

    @abstractmethod
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request or a handshake on to the application, or refuse it."""

    async def refuse(self, scope: Scope, receive: Receive, send: Send, error: SokhanError) -> None:
        """Answer with the error's status, also to the handshake of a WebSocket, and count it."""
        self._metrics.http.refused(error.code)
        response = error_response(HTTPConnection(scope), error)
        response.headers["Cache-Control"] = "no-store"
        response.headers["X-Request-Id"] = scope["state"]["request_id"]
        await response(scope, receive, send)
