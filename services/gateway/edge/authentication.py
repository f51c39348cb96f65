"""Authentication, once for every request and socket, before its body is read."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from services.gateway.auth import Authenticator, set_caller
from services.gateway.dependencies import provided
from services.gateway.edge.middleware import EdgeMiddleware
from shared.contracts.errors import RateLimited, SokhanError, Unauthenticated

# Public: without a token their answers contain only whether the platform works.
PUBLIC = frozenset({"/livez", "/readyz", "/health"})


class Authentication(EdgeMiddleware):
    """Stores the caller in the request's state. Refuses a request without one, except for the public paths."""

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            set_caller(connection, await provided(Authenticator)(connection).caller_of(connection))
        except SokhanError as error:
            if not (isinstance(error, Unauthenticated | RateLimited) and scope["path"] in PUBLIC):
                await self.refuse(scope, receive, send, error)
                return
        await self._app(scope, receive, send)
