"""Voices of every engine on one platform without a cache: who hears what, how it sounds, what happens in a crowd."""

from __future__ import annotations

import shutil
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from pathlib import Path

import httpx2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.support.piper import write_piper_voice
from tests.support.platform import Platform, platform
from tests.support.processes import start_python, wait_until
from tests.support.voices import write_voice

pytestmark = pytest.mark.timeout(180)
NAMES = ("gateway", "scanner", "synth")
SENTENCE = "سلام، امروز هوا خوب است و ما به پارک می‌رویم."
WAITING = 40


def speak(built: Platform, text: str, voice: str, **wish: object) -> httpx2.Response:
    with built.client() as client:
        return client.post(
            "/v1/audio/speech", json={"input": text, "voice": voice, "response_format": "wav", **wish}, timeout=120
        )


def heard(answer: httpx2.Response) -> NDArray[np.float64]:
    assert answer.status_code == 200, answer.text
    return np.frombuffer(answer.content[44:], "<i2").astype(float) / 32768


def voices(built: Platform) -> dict[str, dict[str, object]]:
    with built.client() as client:
        return {voice["id"]: voice for voice in client.get("/v1/audio/voices").json()["voices"]}


def install(built: Platform, name: str, seed: int = 1) -> None:
    """As a deployment does it: the folder is there at once, whole."""
    folder = built.data / "models" / "local" / name
    made = write_voice(built.folder / f"made-{name}-{seed}" / "voice", seed=seed)
    shutil.rmtree(folder, ignore_errors=True)
    folder.parent.mkdir(parents=True, exist_ok=True)
    shutil.move(made, folder)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("voices")
    settings = {"SOKHAN_SPEECH_CACHE_BYTES": "0", "SOKHAN_SPEECH_WAITING": str(WAITING), "OMP_NUM_THREADS": "1"}
    with platform(folder, NAMES, settings) as found:
        install(found, "coqui")
        write_piper_voice(found.data / "models" / "local" / "piper", speakers=2)
        wait_until(lambda: len(voices(found)) == 3, 30, "the voices are there")
        # How it is computed decides the last bit: what compares bits waits until that is settled.
        speak(found, "سلام.", "local/coqui")
        wait_until(lambda: found.processes["synth"].said("voice_calibrated"), 60, "the voice is calibrated")
        yield found


def test_the_voices_say_what_they_are(built: Platform) -> None:
    speak(built, "سلام.", "local/coqui")
    found = voices(built)
    assert {name: voice["engine"] for name, voice in found.items()} == {
        "espeak-fa": "espeak", "local/coqui": "coqui", "local/piper": "piper"
    }  # fmt: skip
    assert found["local/piper"]["speakers"] == ["s0", "s1"]
    assert found["local/coqui"]["precision"] in {"float32", "onnx", "bfloat16"}
    assert isinstance(factor := found["local/coqui"]["realTimeFactor"], float)
    assert 0 < factor < 10
    assert [name for name, voice in found.items() if "alloy" in str(voice["aliases"])] != ["espeak-fa"]


def test_of_thirty_two_at_once_each_hears_its_own(built: Platform) -> None:
    texts = [f"{SENTENCE} این جمله شماره {number} است." for number in range(32)]
    with ThreadPoolExecutor(32) as crowd:
        together = list(crowd.map(lambda n: heard(speak(built, texts[n], "local/coqui", seed=n)), range(32)))
    assert len({len(samples) for samples in together}) > 8
    for number in (0, 7, 16, 31):
        assert np.array_equal(together[number], heard(speak(built, texts[number], "local/coqui", seed=number)))


def test_every_voice_is_as_loud_as_the_others_and_none_clips(built: Platform) -> None:
    levels = []
    for voice in ("espeak-fa", "local/coqui", "local/piper"):
        samples = heard(speak(built, SENTENCE, voice, seed=1))
        assert np.abs(samples).max() < 0.97
        frames = samples[: len(samples) // 200 * 200].reshape(-1, 200)
        level = np.sqrt(np.mean(frames**2, axis=1))
        loud = level > 0.02 * level.max()
        levels.append(20 * np.log10(np.sqrt(np.mean(level[loud] ** 2))))
        assert np.flatnonzero(loud)[0] * 200 < 0.2 * 22050
        assert (len(loud) - np.flatnonzero(loud)[-1]) * 200 < 0.3 * 22050
    assert max(levels) - min(levels) < 6


def test_a_sentence_lasts_as_long_as_a_person_takes(built: Platform) -> None:
    seconds = len(heard(speak(built, SENTENCE, "espeak-fa"))) / 22050
    assert 6 < len(SENTENCE) / seconds < 25


def test_speakers_are_chosen_and_strangers_refused(built: Platform) -> None:
    assert len(heard(speak(built, SENTENCE, "local/piper", speaker="s1"))) > 10_000
    refused = speak(built, SENTENCE, "local/piper", speaker="nobody")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "validation")
    refused = speak(built, SENTENCE, "local/coqui", language="en")
    assert (refused.status_code, refused.json()["error"]["code"]) == (422, "validation")


def test_the_administrators_lexicon_is_read_at_once(built: Platform) -> None:
    def reading() -> str:
        with built.client() as client:
            answer = client.post("/v1/audio/phonemize", json={"input": "به مهراباد رفتم."})
            return str(answer.json()["normalized"])

    before = reading()
    path = built.data / "lexicon.tsv"
    path.write_text("مهراباد\tمهرآباد\n", encoding="utf-8")
    assert "مهرآباد" in reading()
    path.write_text("a line without a tab\n", encoding="utf-8")
    assert "مهرآباد" in reading()
    path.unlink()
    assert reading() == before


def test_more_than_a_full_house_is_refused_at_once(built: Platform) -> None:
    text = f"{SENTENCE} " * 40

    def one(number: int) -> tuple[int, float, str | None]:
        started = time.monotonic()
        with (
            built.client() as client,
            client.stream(
                "POST", "/v1/audio/speech", json={"input": text, "voice": "local/coqui"}, timeout=120
            ) as answer,
        ):
            waited = time.monotonic() - started
            return answer.status_code, waited, answer.headers.get("retry-after")

    with ThreadPoolExecutor(WAITING + 20) as crowd:
        answers = list(crowd.map(one, range(WAITING + 20)))
    refused = [answer for answer in answers if answer[0] == 503]
    assert {status for status, _, _ in answers} == {200, 503}
    assert all(retry and int(retry) >= 1 for _, _, retry in refused)
    assert heard(speak(built, "سلام.", "espeak-fa")).size


@pytest.mark.siege
def test_a_voice_that_is_replaced_speaks_as_the_new_one(tmp_path: Path) -> None:
    with platform(tmp_path, NAMES, {"OMP_NUM_THREADS": "1"}) as built:
        install(built, "mine", seed=1)
        wait_until(lambda: "local/mine" in voices(built), 30, "the voice is there")
        old = heard(speak(built, SENTENCE, "local/mine", seed=1))
        assert np.array_equal(old, heard(speak(built, SENTENCE, "local/mine", seed=1)))
        install(built, "mine", seed=2)
        wait_until(
            lambda: not np.array_equal(old, heard(speak(built, SENTENCE, "local/mine", seed=1))), 30, "the new voice"
        )
        shutil.rmtree(built.data / "models" / "local" / "mine")
        wait_until(lambda: speak(built, SENTENCE, "local/mine").status_code == 404, 30, "the voice is gone")


def test_a_sentence_that_was_spoken_is_a_file(tmp_path: Path) -> None:
    with platform(tmp_path, ("gateway", "synth")) as built:
        # espeak-ng draws its own noise: only a file is the same twice.
        one, two = (heard(speak(built, SENTENCE, "espeak-fa")) for _ in range(2))
        assert np.array_equal(one, two)
        assert len(list((built.data / "audio").glob("*.speech"))) == 1


def test_two_synths_share_the_work_and_one_is_enough(tmp_path: Path) -> None:
    with platform(tmp_path, ("gateway", "synth")) as built:
        second = start_python("services.synth", tmp_path / "second.log", built.settings("synth"))
        try:
            both = (second, built.processes["synth"])
            numbers = count()

            def shared() -> bool:
                assert speak(built, f"سلام {next(numbers)}.", "espeak-fa").status_code == 200
                return all(synth.said("speech_finished") for synth in both)

            wait_until(shared, 30, "both have spoken")
            built.kill("synth")
            wait_until(lambda: speak(built, "هنوز هستم.", "espeak-fa").status_code == 200, 15, "the other speaks on")
        finally:
            second.kill()
        wait_until(lambda: speak(built, "سلام.", "espeak-fa").status_code == 503, 15, "nobody is there")
        started = time.monotonic()
        assert speak(built, "سلام.", "espeak-fa").status_code == 503
        assert time.monotonic() - started < 10
