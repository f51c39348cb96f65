"""Records every request that changes something, or reads the content of a run, a render or an account."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import datetime

from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.audit.log import AuditLog
from services.gateway.auth import optional_caller, route_name
from services.gateway.auth.policy import ROUTES
from services.gateway.dependencies import provided
from services.gateway.edge.middleware import EdgeMiddleware
from shared.audit import AuditEntry, Outcome
from shared.telemetry import Metrics

# Every page of a console asks for these all the time, and they change nothing of anybody. A large upload has hundreds
# of parts; its creation, its deletion and its import are recorded.
_UNRECORDED = frozenset({
    "POST /api/auth/refresh",
    "POST /api/auth/ticket",
    "POST /api/sources/download/plan",
    "PATCH /api/uploads/{id}",
})  # fmt: skip
_RECORDED_READS = frozenset({
    "GET /api/audit",
    "GET /api/audit/export",
    "GET /api/users",
    "GET /api/users/{name}",
    "GET /api/users/{name}/deletion",
    "GET /api/invitations",
    "GET /api/datasets/{id:path}",
    "GET /api/datasets/{id:path}/preview",
    "GET /api/datasets/{id:path}/audio/{row}",
    "GET /api/training/{run}",
    "GET /api/training/{run}/logs",
    "GET /api/training/{run}/checkpoints/{step}",
    "GET /api/training/{run}/checkpoints/{step}/samples/{name}",
    "GET /api/speech/{job}",
    "GET /api/speech/{job}/audio",
    "GET /api/speech/{job}/subtitles.srt",
    "GET /api/speech/{job}/subtitles.vtt",
    "GET /api/voices/{id:path}/files/{path:path}",
})  # fmt: skip
_SWITCHED = 101


class AuditTrail(EdgeMiddleware):
    """Inside of the authentication: a request without a valid credential is in the log only."""

    def __init__(self, app: ASGIApp, metrics: Metrics, now: Callable[[], datetime], new_id: Callable[[], str]) -> None:
        super().__init__(app, metrics)
        self._now = now
        self._new_id = new_id

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        status = 500
        started = time.perf_counter()

        async def noted(message: Message) -> None:
            nonlocal status
            if message["type"] in {"http.response.start", "websocket.http.response.start"}:
                status = message["status"]
            elif message["type"] == "websocket.accept":
                status = _SWITCHED
            await send(message)

        try:
            await self._app(scope, receive, noted)
        finally:
            connection = HTTPConnection(scope)
            name = route_name(connection)
            if is_recorded(name):
                milliseconds = round((time.perf_counter() - started) * 1000, 1)
                provided(AuditLog)(connection).add(self._entry(connection, name, status, milliseconds))

    def _entry(self, connection: HTTPConnection, name: str, status: int, milliseconds: float) -> AuditEntry:
        caller = optional_caller(connection)
        state = connection.scope["state"]
        outcome: Outcome = "done" if status < 400 else "refused" if status < 500 else "failed"
        return AuditEntry(
            id=self._new_id(),
            created_at=self._now(),
            # A sign-in has no caller yet: it says whose it is.
            owner=caller.owner if caller else state.get("signing_in"),
            session=caller.session if caller else None,
            key=caller.key if caller else None,
            address=connection.client.host if connection.client else None,
            route=name if name in ROUTES else f"{name.partition(' ')[0]} (unknown)",
            path=connection.scope["path"][:500],
            status=status,
            code=state.get("error_code"),
            outcome=outcome,
            request_id=state["request_id"],
            milliseconds=milliseconds,
        )


def is_recorded(name: str) -> bool:
    """Whether requests of a route are recorded; `name` as in `ROUTES`."""
    return name in _RECORDED_READS or (not name.startswith(("GET ", "OPTIONS ")) and name not in _UNRECORDED)
