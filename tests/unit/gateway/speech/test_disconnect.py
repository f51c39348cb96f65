"""Who hangs up before the first audio is not spoken to."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest
from starlette.requests import Request
from starlette.types import Message

from services.gateway.speech.disconnect import while_connected
from services.gateway.speech.encoding import EncodedSpeech, encode_speech
from shared.contracts.errors import NotFound
from shared.contracts.rpc import SpeechChunk
from tests.support.speech_stream import FakeStream


def client(*, gone: bool) -> Request:
    async def receive() -> Message:
        if not gone:
            await asyncio.Event().wait()
        return {"type": "http.disconnect"}

    return Request({"type": "http"}, receive)


async def test_what_is_spoken_in_time_is_handed_on() -> None:
    stream = FakeStream()
    speech = await while_connected(client(gone=False), encode_speech(stream.chunks(), "wav"))
    assert speech is not None
    await speech.aclose()


async def test_a_client_who_is_gone_frees_his_place() -> None:
    left = asyncio.Event()

    async def queued() -> AsyncGenerator[tuple[SpeechChunk, bytes]]:
        try:
            await asyncio.Event().wait()
            yield SpeechChunk(type="audio", sequence=0), b""
        finally:
            left.set()

    assert await while_connected(client(gone=True), encode_speech(queued(), "wav")) is None
    assert left.is_set()


async def test_speech_that_comes_in_the_very_moment_is_closed() -> None:
    stream = FakeStream()

    async def stubborn() -> EncodedSpeech:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            return await encode_speech(stream.chunks(), "wav")
        raise AssertionError

    assert await while_connected(client(gone=True), stubborn()) is None
    assert stream.closed


async def test_an_error_is_still_an_answer() -> None:
    with pytest.raises(NotFound):
        await while_connected(client(gone=False), encode_speech(FakeStream(0, NotFound("x")).chunks(), "wav"))


async def test_a_request_that_is_cancelled_cancels_the_work() -> None:
    began, left = asyncio.Event(), asyncio.Event()

    async def endless() -> EncodedSpeech:
        began.set()
        try:
            await asyncio.Event().wait()
        finally:
            left.set()
        raise AssertionError

    waiting = asyncio.create_task(while_connected(client(gone=False), endless()))
    await began.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    assert left.is_set()
