"""The rate of requests by caller, in the headers of every answer."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import Message, Receive, Scope, Send

from services.gateway.auth import PUBLIC_PATHS, optional_caller
from services.gateway.dependencies import provided
from services.gateway.edge.middleware import EdgeMiddleware
from services.gateway.fair_use import FairUse
from shared.contracts.errors import RateLimited


class RequestRate(EdgeMiddleware):
    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        connection = HTTPConnection(scope)
        caller = optional_caller(connection)
        if caller is None or scope["path"] in PUBLIC_PATHS:
            await self._app(scope, receive, send)
            return
        used = await provided(FairUse)(connection).request(caller.owner, caller.client)
        if used is None:
            await self._app(scope, receive, send)
            return

        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers["RateLimit-Limit"] = str(used.limit)
                headers["RateLimit-Remaining"] = str(used.remaining)
                headers["RateLimit-Reset"] = str(used.reset_seconds)
            await send(message)

        if used.allowed:
            await self._app(scope, receive, counted)
            return
        error = RateLimited(
            f"More than {used.limit:,} requests in a minute.",
            retry_after=used.reset_seconds,
            hint="The limit is SOKHAN_REQUESTS_PER_MINUTE.",
        )
        await self.refuse(scope, receive, counted, error)
