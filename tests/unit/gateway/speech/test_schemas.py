"""What a client may ask for, and who speaks then."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.gateway.speech.schemas import SpeechRequest


def wish(**fields: object) -> SpeechRequest:
    return SpeechRequest.model_validate({"input": "سلام", **fields})


def test_what_openais_package_leaves_out_is_what_openai_assumes() -> None:
    plain = wish(model="tts-1", voice="alloy")
    assert (plain.response_format, plain.stream_format, plain.speed) == ("mp3", "audio", 1.0)


@pytest.mark.parametrize(
    ("fields", "who"),
    [
        ({}, "alloy"),
        ({"model": "sokhan"}, "alloy"),
        ({"model": "tts-1"}, "alloy"),
        ({"model": "tts-1-hd"}, "alloy"),
        ({"model": "gpt-4o-mini-tts"}, "alloy"),
        ({"model": "gpt-4o-mini-tts-2025-12-15"}, "alloy"),
        ({"model": "local/my-voice"}, "local/my-voice"),
        ({"model": "tts-1-1106"}, "alloy"),
        ({"model": "tts-1", "voice": "nova"}, "nova"),
        ({"model": "local/my-voice", "voice": "alloy"}, "local/my-voice"),
        ({"model": "local/my-voice", "voice": "espeak-fa"}, "espeak-fa"),
        ({"voice": {"id": "local/my-voice"}}, "local/my-voice"),
    ],
)
def test_the_voice_speaks_else_the_model_says_who(fields: dict[str, object], who: str) -> None:
    assert wish(**fields).who == who


def test_half_a_character_and_null_are_taken_as_clients_mean_them() -> None:
    told = wish(input="سلام \ud83d", voice=None, speed=None, response_format=None, lexicon=None)
    assert told.input == "سلام \ufffd"
    assert (told.voice, told.speed, told.response_format, told.lexicon) == (None, 1.0, "mp3", "")


def test_unknown_fields_are_ignored() -> None:
    assert wish(user="u-1", store=True).input == "سلام"


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("speed", 0.2),
        ("speed", 4.1),
        ("speed", "nan"),
        ("response_format", "vinyl"),
        ("stream_format", "websocket"),
        ("seed", -1),
        ("voice", {"name": "x"}),
        ("voice", ["alloy"]),
        ("voice", "x" * 201),
        ("lexicon", "x" * 20_001),
        ("timestamps", True),
    ],
)
def test_what_is_wrong_is_named(field: str, value: object) -> None:
    with pytest.raises(ValidationError) as refused:
        wish(**{field: value})
    assert refused.value.errors()[0]["loc"][0] == field


def test_timestamps_say_where_they_come() -> None:
    assert wish(timestamps=True, stream_format="sse").timestamps
    with pytest.raises(ValidationError, match="use stream_format sse"):
        wish(timestamps=True)
