"""The answer to `Phonemize`: phonemes and phoneme ids of each sentence."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

import pytest
from prometheus_client import CollectorRegistry

from services.synth.engines import load_folder
from services.synth.engines.onnx_session import run_bounded
from services.synth.engines.piper import PiperVoice
from services.synth.lexicons import Lexicons
from services.synth.metrics import SpeechMetrics
from services.synth.pipeline import SynthesisPipeline
from services.synth.rpc_handlers import SpeechHandlers
from services.synth.voices import VoiceRegistry
from shared.assets import AssetRepository
from shared.contracts.assets import Asset, AssetDetails
from shared.contracts.errors import NotFound, UnsafeCheckpoint
from shared.contracts.holding import owned_by
from shared.contracts.rpc import Phonemize
from shared.files import DataTree
from shared.store import open_store
from tests.support.piper import SYMBOLS, write_piper_voice
from tests.support.voices import say

NOW = datetime(2026, 11, 1, tzinfo=UTC)
VOICE = "~sara/amir"
TEXT = "سلام دنیا. حال شما چطور است؟"


@pytest.fixture
async def handlers(tmp_path: Path) -> AsyncIterator[SpeechHandlers]:
    store = await open_store(f"sqlite:///{tmp_path / 'sokhan.db'}")
    tree = DataTree(tmp_path)
    tree.prepare()
    write_piper_voice(tmp_path / "models" / VOICE)
    assets = AssetRepository(store)
    await assets.save(
        Asset(
            id=VOICE, kind="model", name="amir", path=f"models/{VOICE}", type="piper", size=1, file_count=2,
            status="ready", source="local", details=AssetDetails(speaks=True), access=owned_by("sara"),
            downloaded_at=NOW, updated_at=NOW, fingerprint="f",
        )
    )  # fmt: skip
    no_pipeline = cast("SynthesisPipeline", None)  # nothing is spoken
    yield SpeechHandlers(VoiceRegistry(assets, tree), no_pipeline, Lexicons(tree), SpeechMetrics(CollectorRegistry()))
    await store.close()


async def test_each_sentence_has_its_phonemes(handlers: SpeechHandlers) -> None:
    answer = await handlers.phonemize(Phonemize(input=TEXT, owner="sara"))
    assert len(answer.sentences) == len(answer.sentence_phonemes) == 2
    assert "\n".join(answer.sentence_phonemes) == answer.phonemes == answer.trace[-1].text
    assert answer.phoneme_ids is None
    for sentence, phonemes in zip(answer.sentences, answer.sentence_phonemes, strict=True):
        alone = await handlers.phonemize(Phonemize(input=sentence, owner="sara"))
        assert alone.sentence_phonemes == (phonemes,)


async def test_the_ids_are_those_that_the_voice_gets(
    handlers: SpeechHandlers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = await handlers.phonemize(Phonemize(input=TEXT, owner="sara", voice="amir"))
    voice = load_folder(tmp_path / "models" / VOICE)
    assert isinstance(voice, PiperVoice)
    fed: list[list[int]] = []

    def noted(session: object, inputs: dict[str, object], seconds: float) -> object:
        fed.append(inputs["input"][0].tolist())  # type: ignore[index]
        return run_bounded(session, inputs, seconds)  # type: ignore[arg-type]

    monkeypatch.setattr("services.synth.engines.piper.run_bounded", noted)
    for sentence in answer.sentences:
        say(voice, sentence)
    assert answer.phoneme_ids is not None
    assert [list(ids or ()) for ids in answer.phoneme_ids] == fed
    assert {ids[0] for ids in answer.phoneme_ids if ids} == {SYMBOLS.index("^")}


async def test_another_engine_has_no_ids_and_an_unknown_voice_is_not_found(handlers: SpeechHandlers) -> None:
    assert (await handlers.phonemize(Phonemize(input=TEXT, owner="sara", voice="espeak-fa"))).phoneme_ids is None
    for owner, voice in (("sara", "nobody"), ("ali", VOICE)):
        with pytest.raises(NotFound):
            await handlers.phonemize(Phonemize(input=TEXT, owner=owner, voice=voice))


async def test_a_damaged_configuration_has_a_sentence(handlers: SpeechHandlers, tmp_path: Path) -> None:
    (tmp_path / "models" / VOICE / "voice.onnx.json").write_text("{")
    with pytest.raises(UnsafeCheckpoint, match="cannot be read"):
        await handlers.phonemize(Phonemize(input=TEXT, owner="sara", voice=VOICE))
