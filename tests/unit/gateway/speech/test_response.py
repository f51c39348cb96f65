"""What a client sees on the wire when speech breaks off, against the real server."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import httpx2
import pytest
import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import Message

from services.gateway.speech.disconnect import while_connected
from services.gateway.speech.encoding import encode_speech
from services.gateway.speech.response import LiveResponse, as_audio
from shared.audio import AudioFormat
from shared.contracts.errors import Unavailable
from shared.trust import NOBODY
from tests.support.processes import free_port, wait_until
from tests.support.speech_stream import FakeStream


@asynccontextmanager
async def served(stream: FakeStream, format: AudioFormat = "mp3") -> AsyncIterator[str]:
    async def speak(request: Request) -> Response:
        speech = await while_connected(request, encode_speech(stream.chunks(), format))
        if speech is None:
            return Response(status_code=499)
        return LiveResponse(as_audio(speech), close=speech.aclose, media_type="audio/mpeg", headers={})

    port = free_port()
    app = Starlette(routes=[Route("/", speak)])
    server = uvicorn.Server(uvicorn.Config(app, port=port, http="httptools", log_level="critical", lifespan="off"))
    running = asyncio.create_task(server.serve())
    await asyncio.to_thread(wait_until, lambda: server.started, 10, "the server listens")
    try:
        yield f"http://127.0.0.1:{port}/"
    finally:
        server.should_exit = True
        await running


async def test_a_whole_answer_ends_cleanly() -> None:
    stream = FakeStream()
    async with served(stream) as url, httpx2.AsyncClient(trust_env=False, verify=NOBODY) as client:
        answer = await client.get(url)
    assert answer.status_code == 200
    assert len(answer.content) > 1000
    assert stream.closed


@pytest.mark.parametrize("error", [Unavailable("The synth service stopped answering."), KeyError("a bug")])
async def test_audio_that_breaks_off_is_no_clean_end(error: Exception) -> None:
    stream = FakeStream(sentences=2, breaks=error)
    got = bytearray()

    async def listen(url: str) -> None:
        async with httpx2.AsyncClient(trust_env=False, verify=NOBODY) as client, client.stream("GET", url) as answer:
            assert answer.status_code == 200
            async for part in answer.aiter_raw():
                got.extend(part)

    async with served(stream) as url:
        with pytest.raises(httpx2.RemoteProtocolError):
            await listen(url)
    assert len(got) > 500, "what was spoken before did arrive"
    assert stream.closed


async def test_a_client_who_hangs_up_closes_the_stream() -> None:
    stream = FakeStream(sentences=100_000)
    async with served(stream, "wav") as url, httpx2.AsyncClient(trust_env=False, verify=NOBODY) as client:
        async with client.stream("GET", url) as answer:
            await anext(answer.aiter_raw())
        await asyncio.to_thread(wait_until, lambda: stream.closed, 10, "the stream is closed")
    assert stream.sent < 100_000


async def test_a_client_who_hangs_up_before_the_first_sound_gives_up_his_place() -> None:
    stream = FakeStream(queued=True)
    async with served(stream) as url, httpx2.AsyncClient(trust_env=False, verify=NOBODY, timeout=0.5) as client:
        with pytest.raises(httpx2.ReadTimeout):
            await client.get(url)
        await asyncio.to_thread(wait_until, lambda: stream.closed, 10, "the stream is closed")


async def test_a_client_who_reads_nothing_is_not_waited_for_for_ever() -> None:
    stream = FakeStream()
    speech = await encode_speech(stream.chunks(), "wav")
    answer = LiveResponse(as_audio(speech), close=speech.aclose, media_type="audio/wav", headers={}, stalled=0.05)

    async def never(_: Message | None = None) -> Message:
        await asyncio.Event().wait()
        raise AssertionError

    async def full(message: Message) -> None:
        await never(message)

    await answer({"type": "http", "asgi": {"spec_version": "2.3"}}, never, full)
    assert stream.closed
