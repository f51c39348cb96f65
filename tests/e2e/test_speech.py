"""Speech as OpenAI's clients ask for it, with the voice that is always there."""

from __future__ import annotations

import io
import struct
import wave
from pathlib import Path

import httpx2
import numpy as np
import pytest

from tests.support.command_line import sokhan_command
from tests.support.platform import Platform
from tests.support.processes import wait_until


def speak(sokhan: Platform, text: str, **wish: object) -> httpx2.Response:
    with sokhan.client() as client:
        return client.post("/v1/audio/speech", json={"model": "sokhan", "voice": "espeak-fa", "input": text, **wish})


def test_a_sentence_is_spoken_as_wav(sokhan: Platform) -> None:
    answer = speak(sokhan, "سلام دنیا. امروز ۱۲ کتاب خریدم!")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    head, body = answer.content[:44], answer.content[44:]
    assert struct.unpack("<I", head[24:28])[0] == 22050
    samples = np.frombuffer(body, "<i2").astype(float) / 32768
    assert 1.5 < len(samples) / 22050 < 8
    assert 0.01 < samples.std() < 0.5


def test_pcm_is_the_same_without_a_header(sokhan: Platform) -> None:
    wav, pcm = (speak(sokhan, "سلام", response_format=form).content for form in ("wav", "pcm"))
    assert wav[:4] == b"RIFF"
    # espeak-ng draws its own noise: two calls differ in samples, and by a few of them in length
    assert abs(len(wav) - 44 - len(pcm)) < 0.02 * len(pcm)


def test_speed_changes_the_length(sokhan: Platform) -> None:
    lengths = [len(speak(sokhan, "امروز هوا خوب است و ما به پارک می‌رویم", speed=s).content) for s in (2.0, 1.0, 0.5)]
    assert lengths == sorted(lengths)
    assert lengths[2] > 1.5 * lengths[0]


def test_the_first_audio_leaves_before_the_last_sentence_is_spoken(sokhan: Platform) -> None:
    text = "امروز هوا خوب است. " * 60
    wish = {"input": text, "voice": "espeak-fa", "response_format": "pcm"}
    with sokhan.client() as client, client.stream("POST", "/v1/audio/speech", json=wish) as answer:
        chunks = [len(chunk) for chunk in answer.iter_raw()]
    assert len(chunks) >= 60


def test_voices_and_models_are_listed(sokhan: Platform) -> None:
    with sokhan.client() as client:
        voices = client.get("/v1/audio/voices").json()["voices"]
        models = client.get("/v1/models").json()
    espeak = next(voice for voice in voices if voice["id"] == "espeak-fa")
    assert (espeak["engine"], espeak["sampleRate"]) == ("espeak", 22050)
    assert "espeak-fa" in {model["id"] for model in models["data"]}


def test_phonemize_shows_what_the_voices_see(sokhan: Platform) -> None:
    with sokhan.client() as client:
        seen = client.post("/v1/audio/phonemize", json={"input": "كتاب ۱۲"}).json()
    assert seen["normalized"] == "کتاب دوازده"
    assert seen["phonemes"]
    assert next(step["stage"] for step in seen["trace"]) == "input"


@pytest.mark.parametrize(
    ("text", "wish", "status", "code"),
    [
        ("", {}, 422, "validation"),
        ("   \n ", {}, 422, "validation"),
        ("!!! ???", {}, 422, "validation"),
        ("س" * 200_000, {}, 413, "too_large"),
        ("سلام", {"voice": "nobody"}, 404, "not_found"),
        ("سلام", {"speed": 9}, 422, "validation"),
        ("سلام", {"response_format": "vinyl"}, 422, "validation"),
    ],
)
def test_what_cannot_be_spoken_is_refused_in_openais_shape(
    sokhan: Platform, text: str, wish: dict[str, object], status: int, code: str
) -> None:
    answer = speak(sokhan, text, **wish)
    assert answer.status_code == status
    error = answer.json()["error"]
    assert error["code"] == code
    assert error["message"]
    assert speak(sokhan, "سلام").status_code == 200


def test_a_listener_who_hangs_up_stops_the_work(sokhan: Platform) -> None:
    text = "امروز هوا خوب است. " * 200
    with sokhan.client() as client:
        for _ in range(5):
            with client.stream("POST", "/v1/audio/speech", json={"input": text, "voice": "espeak-fa"}) as answer:
                next(answer.iter_raw())
    assert speak(sokhan, "سلام").status_code == 200
    wait_until(lambda: sokhan.processes["synth"].said("listener_gone"), 15, "the synth notices")


def test_the_file_that_the_command_line_writes_is_a_whole_wav(sokhan: Platform, tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    done = sokhan_command(sokhan, "say", "سلام دنیا", "-o", str(target))
    assert done.returncode == 0, done.stderr
    with wave.open(io.BytesIO(target.read_bytes())) as file:
        assert file.getnframes() * 2 + 44 == target.stat().st_size
        assert file.getframerate() == 22050
