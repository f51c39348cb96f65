"""An answer before the route: an error of ours over HTTP, or to a WebSocket's handshake."""

from __future__ import annotations

import json

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from services.gateway.envelope import error_content, error_headers
from shared.contracts.errors import SokhanError
from shared.service.runtime import new_id
from shared.telemetry import Metrics


async def refuse(scope: Scope, receive: Receive, send: Send, error: SokhanError, metrics: Metrics) -> None:
    """Answer with the error's status, and count it."""
    metrics.requests_refused.labels(error.code).inc()
    request_id = scope.get("state", {}).get("request_id") or new_id()  # the outermost guard has none yet
    body = json.dumps(error_content(scope["path"], request_id, error), ensure_ascii=False).encode()
    headers = {
        "Content-Type": "application/json",
        "Cache-Control": "no-store",
        "X-Request-Id": request_id,
        **error_headers(error),
    }
    if scope["type"] != "websocket":
        await Response(body, error.status, headers)(scope, receive, send)
        return
    encoded = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "websocket.http.response.start", "status": error.status, "headers": [*encoded, length]})
    await send({"type": "websocket.http.response.body", "body": body})
