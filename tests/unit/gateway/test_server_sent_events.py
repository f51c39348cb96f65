"""The bytes of server-sent events, which existing clients read."""

from __future__ import annotations

from collections.abc import AsyncIterator

import httpx2
import pytest
from fastapi import FastAPI

from services.gateway.server_sent_events import KEEP_ALIVE, EventStream, frame


@pytest.mark.parametrize(
    ("data", "event", "expected"),
    [
        ('{"a":1}', None, b'data: {"a":1}\n\n'),
        ('{"a":"\u0633\u0644\u0627\u0645"}', None, 'data: {"a":"سلام"}\n\n'.encode()),
        ('{"code": "TOO_SLOW"}', "error", b'event: error\ndata: {"code": "TOO_SLOW"}\n\n'),
        ("two\nlines", None, b"data: two\ndata: lines\n\n"),
    ],
)
def test_a_frame_is_what_clients_read(data: str, event: str | None, expected: bytes) -> None:
    assert frame(data, event=event) == expected


def test_the_keep_alive_is_a_comment() -> None:
    assert KEEP_ALIVE == b": alive\n\n"


async def test_a_stream_is_not_stored_and_passes_its_frames_unchanged() -> None:
    async def frames() -> AsyncIterator[bytes]:
        yield KEEP_ALIVE
        yield frame("{}")

    app = FastAPI()

    @app.get("/events", response_class=EventStream)
    async def events() -> EventStream:
        return EventStream(frames())

    async with httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test") as client:
        answer = await client.get("/events")
    assert answer.content == b": alive\n\ndata: {}\n\n"
    assert answer.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
