"""From the synth's chunks to a file's bytes, and what is left behind: nothing."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import pytest

from services.gateway.speech.encoding import encode_speech
from services.gateway.speech.response import as_audio
from shared.contracts.errors import NotFound, Unavailable
from shared.contracts.rpc import SpeechChunk
from tests.support.speech_stream import FakeStream, broken


async def test_the_first_audio_does_not_wait_for_the_second_sentence() -> None:
    stream = FakeStream(sentences=3)
    speech = await encode_speech(stream.chunks(), "mp3")
    first = await anext(speech.chunks())
    assert first.audio
    assert stream.sent == 1
    await speech.aclose()


async def test_what_was_never_read_is_closed_too() -> None:
    stream = FakeStream()
    speech = await encode_speech(stream.chunks(), "opus")
    await speech.aclose()
    await speech.aclose()
    assert stream.closed


async def test_who_hangs_up_in_the_middle_leaves_nothing_open() -> None:
    stream = FakeStream(sentences=1000)
    speech = await encode_speech(stream.chunks(), "flac")

    heard = asyncio.Event()

    async def listen() -> None:
        async for _ in as_audio(speech):
            heard.set()
            await asyncio.sleep(0)

    listening = asyncio.create_task(listen())
    await heard.wait()
    listening.cancel()
    await asyncio.gather(listening, return_exceptions=True)
    await speech.aclose()
    assert stream.closed
    assert stream.sent < 1000


async def test_an_error_before_the_first_audio_is_raised_at_once() -> None:
    stream = broken(NotFound("There is no voice x."), after=0)
    with pytest.raises(NotFound):
        await encode_speech(stream.chunks(), "mp3")
    assert stream.closed


async def test_silence_is_an_error() -> None:
    async def silent() -> AsyncGenerator[tuple[SpeechChunk, bytes]]:
        return
        yield SpeechChunk(type="audio", sequence=0), b""

    with pytest.raises(Unavailable):
        await encode_speech(silent(), "mp3")


async def test_pcm_leaves_at_the_rate_that_players_assume() -> None:
    speech = await encode_speech(FakeStream(sentences=4).chunks(), "pcm")
    audio = b"".join([part async for part in as_audio(speech)])
    assert (speech.sample_rate, speech.media_type) == (24_000, "audio/pcm;rate=24000;channels=1")
    assert abs(len(audio) / 2 - 24_000) < 50
