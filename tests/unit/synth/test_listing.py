"""The list of voices fits into one message, whatever their files say."""

from __future__ import annotations

import json

from services.synth.listing import VoiceListing, first_names
from services.synth.voices import ResolvedVoice
from shared.contracts.rpc import ListVoices, Voice


class _Nothing:
    """A catalog without entries, a pool without voices, a loader without measurements."""

    loaded: dict[str, None] = {}  # noqa: RUF012 # a double

    def speaking_for(self, _: str) -> frozenset[str]:
        return frozenset()

    async def list(self) -> tuple[()]:
        return ()

    async def recorded(self, _: object) -> None:
        return None


class _Registry:
    async def list(self, _: str) -> list[ResolvedVoice]:
        voice = Voice(
            id="x/y", name="y", language="fa", engine="piper", sample_rate=16000, source="hub",
            speakers=tuple(f"{number}{'👤' * 96}" for number in range(1000)),
        )  # fmt: skip
        return [ResolvedVoice(voice=voice, folder=None, version="1")] * 5


async def test_voices_with_many_long_names_do_not_take_the_list_away() -> None:
    nothing = _Nothing()
    answer = await VoiceListing(_Registry(), nothing, nothing, nothing).list(ListVoices())  # type: ignore[arg-type]
    assert len(answer.voices) == 5
    assert all(voice.speakers for voice in answer.voices)
    assert len(answer.to_wire()) < 500_000


def test_names_that_fit_all_stay() -> None:
    names = ("آمیر", "دیبا")
    assert first_names(names, len(json.dumps(names))) == names
    assert first_names(names, 3) == ()
