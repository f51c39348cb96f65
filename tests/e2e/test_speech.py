"""Speech as OpenAI's clients ask for it, with the voice that is always there."""

from __future__ import annotations

import base64
import io
import json
import shutil
import struct
import wave
from collections.abc import Iterator
from pathlib import Path

import httpx2
import numpy as np
import pytest

from shared.audio import AudioFormat
from tests.support.audio import heard
from tests.support.command_line import sokhan_command
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.speech import speak
from tests.support.voices import write_voice


def test_a_sentence_is_spoken_as_wav(sokhan: Platform) -> None:
    answer = speak(sokhan, "سلام دنیا. امروز ۱۲ کتاب خریدم!", response_format="wav")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "audio/wav"
    head, body = answer.content[:44], answer.content[44:]
    assert struct.unpack("<I", head[24:28])[0] == 22050
    samples = np.frombuffer(body, "<i2").astype(float) / 32768
    assert 1.5 < len(samples) / 22050 < 8
    assert 0.01 < samples.std() < 0.5


def test_pcm_is_the_same_at_24_khz_without_a_header(sokhan: Platform) -> None:
    wav, pcm = (speak(sokhan, "سلام دنیا", response_format=form) for form in ("wav", "pcm"))
    assert wav.content[:4] == b"RIFF"
    assert pcm.headers["content-type"] == "audio/pcm;rate=24000;channels=1"
    assert pcm.headers["x-sample-rate"] == "24000"
    # espeak-ng draws its own noise: two calls differ in samples, and by a few of them in length
    assert (len(wav.content) - 44) / 22050 == pytest.approx(len(pcm.content) / 24000, rel=0.02)


def test_speed_changes_the_length(sokhan: Platform) -> None:
    text = "امروز هوا خوب است و ما به پارک می‌رویم"
    lengths = [len(speak(sokhan, text, speed=s, response_format="pcm").content) for s in (2.0, 1.0, 0.5)]
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
    assert {"sokhan", "tts-1", "espeak-fa"} <= {model["id"] for model in models["data"]}


def test_every_voice_has_a_sample(sokhan: Platform) -> None:
    with sokhan.client() as client:
        voices = client.get("/v1/audio/voices").json()["voices"]
        address = next(voice["sample"] for voice in voices if voice["id"] == "espeak-fa")
        answer = client.get(address)
        head = client.head(address)
        wav = client.get(address, params={"format": "wav"})
    assert answer.headers["content-type"] == "audio/mpeg"
    assert "max-age" in answer.headers["cache-control"]
    assert answer.headers["etag"].startswith('"')
    assert 1 < heard(answer.content, "mp3").seconds < 8
    assert (head.status_code, head.content) == (200, b"")
    assert wav.content[:4] == b"RIFF"


def test_a_sample_of_nobody_is_not_found(sokhan: Platform) -> None:
    with sokhan.client() as client:
        answer = client.get("/v1/audio/voices/local/nobody/sample")
        odd = client.get("/v1/audio/voices/espeak-fa/sample", params={"format": "vinyl"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "not_found")
    assert (odd.status_code, odd.json()["error"]["param"]) == (422, "format")


def test_phonemize_shows_what_the_voices_see(sokhan: Platform) -> None:
    with sokhan.client() as client:
        seen = client.post("/v1/audio/phonemize", json={"input": "كتاب ۱۲"}).json()
    assert seen["normalized"] == "کتاب دوازده"
    assert seen["phonemes"]
    assert next(step["stage"] for step in seen["trace"]) == "input"
    assert seen["sentencePhonemes"] == [seen["phonemes"]]
    with sokhan.client() as client:
        read = client.post("/v1/audio/phonemize", json={"input": "کتاب تاریخ ایران، کِرِم"}).json()
        older = client.post("/v1/audio/phonemize", json={"input": "کتاب تاریخ ایران", "reading": "espeak/1"}).json()
    assert read["trace"][-2] == {"stage": "readings", "text": "کتابِ تاریخِ ایران, کِرِم"}
    assert read["normalized"] == "کتاب تاریخ ایران, کِرِم"
    assert [(token["text"], token["source"], token["ezafeSource"]) for token in read["tokens"][0]] == [
        ("کتابِ", "espeak", "model"), ("تاریخِ", "espeak", "model"), ("ایران", "espeak", None),
        (",", None, None), ("کِرِم", "signs", None),
    ]  # fmt: skip
    assert [token["ipa"] for token in older["tokens"][0]] == ["kˈetɑb", "tˈɑrix", "ˈiːrɑn"]
    with sokhan.client() as client:
        unknown = client.post("/v1/audio/phonemize", json={"input": "سلام", "voice": "nobody"})
    assert (unknown.status_code, unknown.json()["error"]["param"]) == (404, "voice")


@pytest.mark.parametrize(
    ("text", "wish", "status", "code"),
    [
        ("", {}, 422, "validation"),
        ("   \n ", {}, 422, "validation"),
        ("!!! ???", {}, 422, "validation"),
        ("س" * 200_000, {}, 413, "too_large"),
        ("سلام", {"voice": "nobody"}, 404, "not_found"),
        ("سلام", {"speed": 9}, 422, "validation"),
        ("سلام", {"reading": "fa/99"}, 422, "validation"),
        ("سلام", {"response_format": "vinyl"}, 422, "validation"),
        ("سلام", {"voice": {"name": "x"}}, 422, "validation"),
        ("سلام", {"timestamps": True}, 422, "validation"),
        ("سلام", {"lexicon": "س" * 20_001}, 422, "validation"),
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


def test_a_text_that_is_too_long_as_it_is_read_aloud_is_refused(sokhan: Platform) -> None:
    answer = speak(sokhan, "ﷺ" * 4096)
    assert (answer.status_code, answer.json()["error"]["code"]) == (413, "too_large")
    assert "73,542 characters as it is read aloud" in answer.json()["error"]["message"]


def test_a_listener_who_hangs_up_stops_the_work(sokhan: Platform) -> None:
    text = "امروز هوا خوب است. " * 200
    with sokhan.client() as client:
        for _ in range(5):
            with client.stream("POST", "/v1/audio/speech", json={"input": text, "voice": "espeak-fa"}) as answer:
                next(answer.iter_raw())
    assert speak(sokhan, "سلام").status_code == 200
    wait_until(lambda: sokhan.processes["synth"].said("listener_disconnected"), 15, "the synth notices")


@pytest.mark.siege
def test_a_synth_that_dies_breaks_the_answer_off(tmp_path: Path) -> None:
    """Audio ends without its end, so that no client takes it for whole; events end with one that says so."""
    text = "امروز هوا خوب است. " * 4000
    wish = {"input": text, "voice": "espeak-fa", "response_format": "wav"}
    with platform(tmp_path, ("gateway", "synth"), {"SOKHAN_SPEECH_MAX_CHARACTERS": "100000"}) as alone:
        with alone.client() as client, client.stream("POST", "/v1/audio/speech", json=wish) as audio:
            parts = audio.iter_raw()
            next(parts)
            alone.kill("synth")
            with pytest.raises(httpx2.RemoteProtocolError):
                list(parts)
        alone.start("synth")
        alone.wait_ready(("gateway", "synth"))
        events = {**wish, "stream_format": "sse"}
        with alone.client() as client, client.stream("POST", "/v1/audio/speech", json=events) as told:
            lines = told.iter_lines()
            assert "speech.audio.delta" in next(lines)
            alone.kill("synth")
            last = [json.loads(line[6:]) for line in lines if line][-1]
    assert (last["type"], last["error"]["code"]) == ("error", "unavailable")


@pytest.mark.parametrize(
    ("name", "format"),
    [("x.mp3", "mp3"), ("x.ogg", "opus"), ("x.opus", "opus"), ("x.FLAC", "flac"), ("x.aac", "aac"), ("x.pcm", "pcm")],
)
def test_the_command_line_writes_what_the_files_ending_says(
    sokhan: Platform, tmp_path: Path, name: str, format: AudioFormat
) -> None:
    target = tmp_path / name
    done = sokhan_command(sokhan, "say", "سلام دنیا", "-o", str(target), "--voice", "espeak-fa", "--seed", "1")
    assert done.returncode == 0, done.stderr
    assert heard(target.read_bytes(), format).seconds > 0.4


def test_the_command_line_reads_stdin(sokhan: Platform, tmp_path: Path) -> None:
    target = tmp_path / "speech"
    done = sokhan_command(
        sokhan, "say", "-", "-o", str(target), "--format", "mp3", "--voice", "espeak-fa", stdin="سلام دنیا\n"
    )
    assert done.returncode == 0, done.stderr
    assert heard(target.read_bytes(), "mp3").seconds > 0.4


def test_a_file_that_was_there_stays_when_nothing_comes(sokhan: Platform, tmp_path: Path) -> None:
    target = tmp_path / "old.mp3"
    target.write_bytes(b"old")
    done = sokhan_command(sokhan, "say", "سلام", "-o", str(target), "--voice", "nobody")
    assert done.returncode == 1
    assert target.read_bytes() == b"old"
    assert [path.name for path in tmp_path.iterdir()] == ["old.mp3"]


def test_without_o_it_plays(sokhan: Platform, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    silent = sokhan_command(sokhan, "say", "سلام", "--voice", "espeak-fa")
    assert silent.returncode == 1
    assert "-o FILE" in silent.stderr
    assert "Traceback" not in silent.stderr
    player, played = tmp_path / "aplay", tmp_path / "played"
    player.write_text(f'#!/bin/sh\nexec /bin/cat > "{played}"\n')
    player.chmod(0o755)
    done = sokhan_command(sokhan, "say", "سلام", "--voice", "espeak-fa")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("played ")
    assert heard(played.read_bytes(), "wav").seconds > 0.2


@pytest.fixture
def timed_voice(sokhan: Platform) -> Iterator[str]:
    """One of the engines that know how long each letter lasts."""
    folder = write_voice(sokhan.data / "models" / "local" / "timed")
    with sokhan.client() as client:
        wait_until(
            lambda: "local/timed" in {voice["id"] for voice in client.get("/v1/audio/voices").json()["voices"]},
            20,
            "the voice is listed",
        )
    yield "local/timed"
    shutil.rmtree(folder)


def test_words_have_times_where_the_engine_knows_them(sokhan: Platform, timed_voice: str) -> None:
    answer = speak(
        sokhan,
        "سلام دنیا. هوا خوب است.",
        voice=timed_voice,
        response_format="pcm",
        stream_format="sse",
        timestamps=True,
    )
    events = [json.loads(line[6:]) for line in answer.text.splitlines() if line]
    timings = [event for event in events if event["type"] == "speech.audio.timing"]
    audio = b"".join(base64.b64decode(event["audio"]) for event in events if event["type"] == "speech.audio.delta")
    words = [word for timing in timings for word in timing["words"]]
    assert [word["word"].rstrip(".") for word in words] == ["سلام", "دنیا", "هوا", "خوب", "است"]
    edges = [edge for word in words for edge in (word["start"], word["end"])]
    assert edges == sorted(edges)
    assert timings[-1]["end"] == pytest.approx(len(audio) / 2 / 24_000, abs=0.05)


def test_voices_are_a_table(sokhan: Platform) -> None:
    done = sokhan_command(sokhan, "voices")
    head, *rows = done.stdout.splitlines()
    assert head.split() == ["id", "engine", "language", "rate", "licence", "also", "precision", "real-time", "factor"]
    assert any(row.startswith("espeak-fa") and "22050 Hz" in row for row in rows)
    assert json.loads(sokhan_command(sokhan, "voices", "--json").stdout)[0]["sample"]


def test_the_file_that_the_command_line_writes_is_a_whole_wav(sokhan: Platform, tmp_path: Path) -> None:
    target = tmp_path / "out.wav"
    done = sokhan_command(sokhan, "say", "سلام دنیا", "-o", str(target), "--voice", "espeak-fa")
    assert done.returncode == 0, done.stderr
    with wave.open(io.BytesIO(target.read_bytes())) as file:
        assert file.getnframes() * 2 + 44 == target.stat().st_size
        assert file.getframerate() == 22050
