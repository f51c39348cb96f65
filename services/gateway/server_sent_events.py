"""Server-sent events on the wire: the frame, the keep-alive comment and the response of all three streams.

The frame is FastAPI's (`fastapi.sse.format_sse_event`). Its `EventSourceResponse` is not used, for three reasons:
it needs an endpoint that is a generator, so `POST /v1/audio/speech` could not choose between audio and events, and an
error before the first event could not set the status; it decides `Cache-Control`; and it adds keep-alive comments in a
task of its own, which reads ahead of a slow client and hides from the source that the client has gone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

from fastapi.responses import StreamingResponse
from fastapi.sse import format_sse_event
from starlette.types import Send

from shared.tasks import until_first

MEDIA_TYPE = "text/event-stream"
NO_STORE = {"Cache-Control": "no-store"}
# Proxies close a connection that is silent for a minute (nginx `proxy_read_timeout`, AWS ALB idle timeout).
KEEP_ALIVE_S = 15.0
KEEP_ALIVE = format_sse_event(comment="alive")
"""A comment, which every client ignores."""

# After a revocation: time for the frame that says so.
_LAST_FRAME_S = 2.0

# For the `responses` of a route.
STREAM_CONTENT: dict[str, Any] = {MEDIA_TYPE: {}}


def frame(data: str, *, event: str | None = None, id: str | None = None) -> bytes:
    """One event. `data` is usually JSON; `event` is a name that a browser can listen to; it sends `id` back."""
    return format_sse_event(data_str=data, event=event, id=id)


class EventStream(StreamingResponse):
    """A response of frames that no cache stores. It ends soon after `revoked` is set, also for a client that stalls."""

    # FastAPI reads the default of `status_code` for the OpenAPI document.
    def __init__(
        self, frames: AsyncIterator[bytes], status_code: int = 200, revoked: asyncio.Event | None = None
    ) -> None:
        super().__init__(frames, status_code, media_type=MEDIA_TYPE, headers=NO_STORE)
        self._revoked = revoked or asyncio.Event()

    async def stream_response(self, send: Send) -> None:
        await until_first(super().stream_response(send), self._cut())

    async def _cut(self) -> None:
        await self._revoked.wait()
        await asyncio.sleep(_LAST_FRAME_S)
