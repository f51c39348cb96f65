"""Authentication, once for every request and socket, before its body is read."""

from __future__ import annotations

from starlette.requests import HTTPConnection
from starlette.types import Receive, Scope, Send

from services.gateway.auth import PUBLIC_PATHS, Authenticator, optional_caller, set_caller
from services.gateway.dependencies import provided
from services.gateway.edge.middleware import EdgeMiddleware
from shared.contracts.errors import Forbidden, RateLimited, SokhanError, Unauthenticated
from shared.telemetry import log_context


class Authentication(EdgeMiddleware):
    """Stores the caller in the request's state. Refuses a request without one, except for the public paths.

    Every line that is logged for the request names the account.
    """

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        try:
            set_caller(connection, await provided(Authenticator)(connection).caller_of(connection))
        except SokhanError as error:
            anonymous = isinstance(error, Unauthenticated | Forbidden | RateLimited) and scope["path"] in PUBLIC_PATHS
            if not anonymous:
                await self.refuse(scope, receive, send, error)
                return
        caller = optional_caller(connection)
        with log_context(account=caller.owner if caller else None, api_key=caller.key if caller else None):
            await self._app(scope, receive, send)
