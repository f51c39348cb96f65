"""A key for one voice."""

from __future__ import annotations

import pytest

from services.gateway.auth import CallerIdentity
from services.gateway.speech.one_voice import allowed_voice
from services.gateway.speech.schemas import MODELS
from shared.contracts.errors import NotFound
from shared.contracts.rpc import OPENAI_VOICES

KEY = CallerIdentity("sara", key="k", voice="~sara/amir")


@pytest.mark.parametrize("name", [*MODELS, *OPENAI_VOICES, "amir", "local/amir", "~sara/amir"])
def test_every_general_name_and_its_own_mean_it(name: str) -> None:
    assert allowed_voice(name, KEY) == "~sara/amir"


@pytest.mark.parametrize("name", ["espeak-fa", "~ali/amir", "ns/amir", "other"])
def test_there_is_no_other(name: str) -> None:
    with pytest.raises(NotFound):
        allowed_voice(name, KEY)


def test_without_such_a_key_the_synth_resolves_the_name() -> None:
    assert allowed_voice("anything", CallerIdentity("sara")) == "anything"
