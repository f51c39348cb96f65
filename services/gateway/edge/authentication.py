"""Authentication, once for every request and socket, before its body is read."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Receive, Scope, Send

from services.gateway.auth import Authenticator, set_caller
from services.gateway.dependencies import provided
from services.gateway.edge.refusal import refuse
from shared.contracts.errors import RateLimited, SokhanError, Unauthenticated
from shared.telemetry import Metrics

# Public: without a token their answers contain only whether the platform works.
PUBLIC = frozenset({"/livez", "/readyz", "/health"})


class Authentication:
    """Stores the caller in the request's state. Refuses a request without one, except for the public paths."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        connection = HTTPConnection(scope)
        try:
            set_caller(connection, await provided(Authenticator)(connection).caller_of(connection))
        except SokhanError as error:
            if not (isinstance(error, Unauthenticated | RateLimited) and scope["path"] in PUBLIC):
                await refuse(scope, receive, send, error, self._metrics)
                return
        await self._app(scope, receive, send)
