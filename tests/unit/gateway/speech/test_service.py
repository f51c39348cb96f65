"""Speech is closed when its characters cannot be counted."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.gateway.auth import CallerIdentity
from services.gateway.speech import service
from services.gateway.speech.default_voice import DefaultVoice
from services.gateway.speech.models import models
from services.gateway.speech.schemas import SpeechRequest
from services.gateway.speech.service import SpeechService
from shared.contracts.errors import NotFound, Unavailable
from shared.contracts.rpc import ListVoices, Voice, VoiceList
from shared.service.runtime import utc_now
from shared.settings import SettingsRepository
from shared.store import Store, open_store
from tests.doubles.bus import FakeBus
from tests.support.fair_use import fair_use
from tests.support.speech_stream import FakeStream


@pytest.fixture
async def store(tmp_path: Path) -> AsyncIterator[Store]:
    opened = await open_store(f"sqlite:///{tmp_path / 'sokhan.db'}")
    yield opened
    await opened.close()


async def test_a_key_for_one_voice_lists_and_finds_only_it(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[ListVoices] = []

    async def call(_bus: object, _subject: str, request: ListVoices, *_: object, **_options: object) -> VoiceList:
        asked.append(request)
        names = ("espeak-fa", "~sara/amir", "ns/open")
        voices = [
            Voice(id=name, name=name, language="fa", engine="piper", sample_rate=1, source="local") for name in names
        ]
        return VoiceList(voices=tuple(voices))

    monkeypatch.setattr(service, "call", call)
    speech = SpeechService(FakeBus(), 100, fair_use(store), DefaultVoice(SettingsRepository(store, utc_now)))
    key = CallerIdentity("sara", voice="~sara/amir")
    assert [voice.id for voice in await speech.voices(key)] == ["~sara/amir"]
    assert [card.id for card in (await models(speech, key)).data] == ["~sara/amir"]
    with pytest.raises(NotFound):
        await speech.voice("espeak-fa", key)
    with pytest.raises(NotFound) as caught:
        await speech.speak(SpeechRequest(input="سلام", voice="ns/open"), key)
    assert caught.value.param == "voice"
    assert len(await speech.voices(CallerIdentity("sara"))) == 3
    await speech.voices_of_everybody()
    assert [(request.owner, request.everybody) for request in asked][-2:] == [("sara", False), ("local", True)]


async def test_a_count_that_fails_stops_the_synth(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    stream, counting = FakeStream(), fair_use(store)

    async def fail(owner: str, characters: int) -> None:
        raise Unavailable("The store does not answer.")

    monkeypatch.setattr(counting, "spoken", fail)
    monkeypatch.setattr(service, "open_stream", lambda *_: stream.chunks())
    speech = SpeechService(FakeBus(), 100, counting, DefaultVoice(SettingsRepository(store, utc_now)))
    with pytest.raises(Unavailable):
        await speech.speak(SpeechRequest(input="سلام", response_format="wav"), CallerIdentity("me"))
    assert stream.closed
