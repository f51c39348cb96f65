"""Clients that send one sentence a request send an emoji, a rule or a model's notes as one too."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.audio import heard
from tests.support.platform import Platform, platform
from tests.support.speech import speak

NOTHING = ["😀", "---", "<think>فکر</think>", "![](https://example.com/a.png)", "", " \n", "hello"]


@pytest.fixture(scope="module")
def patient(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Platform]:
    folder = tmp_path_factory.mktemp("patient")
    with platform(folder, ("gateway", "synth"), {"SOKHAN_SPEECH_EMPTY": "silence"}) as built:
        yield built


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_to_say_is_an_error_that_says_so(sokhan: Platform, text: str) -> None:
    answer = speak(sokhan, text)
    assert answer.status_code == 422
    assert answer.json()["error"]["type"] == "invalid_request_error"


def test_what_became_of_the_text_is_in_the_message(sokhan: Platform) -> None:
    assert "can be spoken" in speak(sokhan, "<think>فکر</think>").json()["error"]["message"]


@pytest.mark.parametrize("text", NOTHING)
def test_with_the_setting_it_is_silence_of_zero_length(patient: Platform, text: str) -> None:
    answer = speak(patient, text, response_format="wav")
    assert answer.status_code == 200
    assert len(answer.content) == 44  # the header alone
    assert speak(patient, text, response_format="pcm").content == b""
    assert speak(patient, text, response_format="mp3").status_code == 200


def test_with_the_setting_a_sentence_is_spoken_and_an_unknown_voice_is_not_found(patient: Platform) -> None:
    assert heard(speak(patient, "سلام 😀", response_format="wav").content, "wav").seconds > 0.2
    assert speak(patient, "😀", voice="nobody").status_code == 404
