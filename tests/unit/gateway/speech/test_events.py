"""Speech as server-sent events, as OpenAI frames them."""

from __future__ import annotations

import base64
import json

from pydantic import JsonValue

from services.gateway.speech.encoding import encode_speech
from services.gateway.speech.events import as_events
from shared.audio import AudioFormat
from shared.contracts.errors import Unavailable
from tests.support.speech_stream import RATE, FakeStream, broken

Event = dict[str, JsonValue]


async def events(stream: FakeStream, format: AudioFormat = "wav") -> list[Event]:
    speech = await encode_speech(stream.chunks(), format)
    frames = [frame async for frame in as_events(speech, characters=11)]
    await speech.aclose()
    assert all(frame.startswith(b"data: ") and frame.endswith(b"\n\n") and frame.count(b"\n") == 2 for frame in frames)
    return [json.loads(frame[6:]) for frame in frames]


async def test_deltas_are_the_file_in_order_and_done_counts() -> None:
    told = await events(FakeStream(sentences=3))
    *deltas, done = told
    assert {event["type"] for event in deltas} == {"speech.audio.delta"}
    audio = b"".join(base64.b64decode(str(event["audio"])) for event in deltas)
    assert len(audio) == 44 + 3 * 2 * (RATE // 4)
    assert done == {
        "type": "speech.audio.done",
        "usage": {"input_tokens": 11, "output_tokens": 15, "total_tokens": 26},
    }


async def test_a_sentences_timing_comes_before_its_audio() -> None:
    told = await events(FakeStream(sentences=2, timed=True))
    kinds = [str(event["type"]).rpartition(".")[2] for event in told]
    assert kinds == ["timing", "delta", "timing", "delta", "done"]
    assert told[2] == {
        "type": "speech.audio.timing",
        "sentence": 1,
        "text": "جملهٔ 1",
        "start": 0.25,
        "end": 0.5,
        "words": [],
    }


async def test_a_format_that_gathers_sends_no_empty_deltas() -> None:
    told = await events(FakeStream(sentences=3), "mp3")
    assert all(event["audio"] for event in told if event["type"] == "speech.audio.delta")


async def test_an_error_in_the_middle_is_the_last_event() -> None:
    told = await events(broken(Unavailable("The synth service stopped answering.", hint="Try again.")))
    assert [event["type"] for event in told] == ["speech.audio.delta", "speech.audio.delta", "error"]
    assert told[-1]["error"] == {
        "message": "The synth service stopped answering. Try again.",
        "type": "server_error",
        "param": None,
        "code": "unavailable",
    }


async def test_a_bug_in_the_middle_tells_nothing_of_itself() -> None:
    told = await events(FakeStream(sentences=1, breaks=KeyError("secret")))
    assert told[-1]["type"] == "error"
    assert "secret" not in json.dumps(told[-1])
