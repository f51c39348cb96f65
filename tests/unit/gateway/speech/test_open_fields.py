"""Bodies of speech requests as clients send them."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from services.gateway.renders.schemas import RenderRequest
from services.gateway.speech.schemas import SpeechRequest
from tests.support.world import SpeechBody, speech_bodies


@pytest.mark.parametrize("case", speech_bodies(), ids=lambda case: case["name"])
def test_a_body_means_what_its_sender_means(case: SpeechBody) -> None:
    request = SpeechRequest.model_validate(case["body"]).model_dump()
    assert {name: request[name] for name in case["meant"]} == case["meant"]


@pytest.mark.parametrize("case", speech_bodies(), ids=lambda case: case["name"])
def test_a_long_text_takes_the_same_bodies(case: SpeechBody) -> None:
    request = RenderRequest.model_validate(case["body"]).model_dump()
    meant = {name: value for name, value in case["meant"].items() if name in {"speed", "language", "speaker", "seed"}}
    assert {name: request[name] for name in meant} == meant


def test_a_blank_text_is_a_text_not_an_open_field() -> None:
    assert SpeechRequest.model_validate({"input": " "}).input == " "
    with pytest.raises(ValidationError):
        SpeechRequest.model_validate({"voice": "alloy"})
