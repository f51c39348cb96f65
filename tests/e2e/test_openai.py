"""OpenAI's own Python package, unchanged, against the platform."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, get_args

import httpx2
import openai
import pytest
from openai import AsyncOpenAI, OpenAI

from shared.audio import AudioFormat
from shared.trust import NOBODY
from tests.support.audio import heard
from tests.support.platform import Platform

Format = Literal["mp3", "opus", "aac", "flac", "wav", "pcm"]
FORMATS: tuple[Format, ...] = get_args(AudioFormat)
SENTENCE = "امروز هوا خوب است. "
VOICE = "espeak-fa"


@pytest.fixture(scope="module")
def client(sokhan: Platform) -> Iterator[OpenAI]:
    with httpx2.Client(trust_env=False, verify=NOBODY, timeout=60) as http:
        yield OpenAI(base_url=f"{sokhan.url}/v1", api_key="none", http_client=http, max_retries=0)


def test_the_default_is_an_mp3(client: OpenAI, tmp_path: Path) -> None:
    answer = client.audio.speech.create(model="tts-1", voice=VOICE, input="سلام دنیا")
    assert answer.response.headers["content-type"] == "audio/mpeg"
    said = heard(answer.content, "mp3")
    assert 0.4 < said.seconds < 4
    assert said.samples.std() > 0.01
    answer.write_to_file(tmp_path / "speech.mp3")
    assert (tmp_path / "speech.mp3").read_bytes() == answer.content


@pytest.mark.parametrize("model", ["tts-1", "gpt-4o-mini-tts"])
def test_openais_own_names_speak(client: OpenAI, model: str) -> None:
    assert client.audio.speech.create(model=model, voice="alloy", input="سلام").content


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_is_what_it_says(client: OpenAI, format: Format) -> None:
    answer = client.audio.speech.create(model="tts-1", voice=VOICE, input="سلام دنیا", response_format=format)
    said = heard(answer.content, format)
    assert 0.4 < said.seconds < 4
    assert int(answer.response.headers["x-sample-rate"]) == said.rate


def test_a_voice_may_be_an_object_and_instructions_are_taken(client: OpenAI) -> None:
    answer = client.audio.speech.create(
        model="gpt-4o-mini-tts", voice={"id": VOICE}, input="سلام", instructions="Speak softly.", speed=1.5
    )
    assert answer.content


def test_a_long_text_is_heard_before_it_is_spoken(client: OpenAI) -> None:
    with client.audio.speech.with_streaming_response.create(
        model="tts-1", voice=VOICE, input=SENTENCE * 60, response_format="mp3"
    ) as answer:
        chunks = list(answer.iter_bytes())
    assert len(chunks) > 20, "they came one by one"
    assert heard(b"".join(chunks), "mp3").seconds > 60


def test_server_sent_events_carry_the_file_and_end_with_done(client: OpenAI) -> None:
    with client.audio.speech.with_streaming_response.create(
        model="gpt-4o-mini-tts", voice=VOICE, input=SENTENCE * 3, stream_format="sse", response_format="pcm"
    ) as answer:
        assert answer.headers["content-type"].startswith("text/event-stream")
        events = [json.loads(line[6:]) for line in answer.iter_lines() if line.startswith("data: ")]
    *deltas, done = events
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    assert heard(b"".join(base64.b64decode(event["audio"]) for event in deltas), "pcm").seconds > 2
    assert done["type"] == "speech.audio.done"
    assert done["usage"]["total_tokens"] == done["usage"]["input_tokens"] + done["usage"]["output_tokens"]


def test_our_own_fields_pass_through(client: OpenAI) -> None:
    answer = client.audio.speech.create(
        model="tts-1", voice=VOICE, input="سلام", extra_body={"seed": 7, "language": "fa"}
    )
    assert answer.content


def test_errors_are_the_packages_own(client: OpenAI) -> None:
    with pytest.raises(openai.NotFoundError) as unknown:
        client.audio.speech.create(model="tts-1", voice="nobody", input="سلام")
    assert (unknown.value.code, unknown.value.param) == ("not_found", "voice")
    with pytest.raises(openai.UnprocessableEntityError) as empty:
        client.audio.speech.create(model="tts-1", voice=VOICE, input=" ")
    assert (empty.value.param, empty.value.type) == ("input", "invalid_request_error")
    with pytest.raises(openai.UnprocessableEntityError) as fast:
        client.audio.speech.create(model="tts-1", voice=VOICE, input="سلام", speed=9)
    assert fast.value.param == "speed"
    with pytest.raises(openai.APIStatusError) as long:
        client.audio.speech.create(model="tts-1", voice=VOICE, input="س" * 5000)
    assert (long.value.status_code, long.value.param) == (413, "input")


def test_models_are_listed_and_found(client: OpenAI) -> None:
    names = [model.id for model in client.models.list()]
    assert {"sokhan", "tts-1", VOICE} <= {*names}
    assert client.models.retrieve(VOICE).id == VOICE
    with pytest.raises(openai.NotFoundError):
        client.models.retrieve("local/nothing")


async def test_the_asynchronous_client_speaks_too(sokhan: Platform) -> None:
    async with httpx2.AsyncClient(trust_env=False, verify=NOBODY, timeout=60) as http:
        client = AsyncOpenAI(base_url=f"{sokhan.url}/v1", api_key="none", http_client=http, max_retries=0)
        async with client.audio.speech.with_streaming_response.create(
            model="tts-1", voice=VOICE, input=SENTENCE * 2, response_format="opus"
        ) as answer:
            audio = b"".join([chunk async for chunk in answer.iter_bytes()])
        assert heard(audio, "opus").seconds > 1
        assert [model.id async for model in client.models.list()]
