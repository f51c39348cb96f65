"""A run of the real recipe whose checkpoints are measured."""

from __future__ import annotations

import pytest

from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.interface.protocol import CheckpointSaved, Finished, Log
from shared.contracts.wire import ConfigValue
from shared.products import VoiceInfo, read_info
from shared.quality.recognizer import RECOGNIZER, load_recognizer
from tests.support.recognizers import write_wav2vec2
from tests.support.training import Child, Runs

pytestmark = pytest.mark.timeout(180)

_SHORT: dict[str, ConfigValue] = {
    "quality_utterances": 1, "quality_recognizer_minutes": 0.05, "best_by": "error_rate",
    "max_steps": 2, "evaluate_every": 2, "checkpoint_every": 2,
}  # fmt: skip
_ALWAYS = {"quality_duration_ratio", "quality_loudness_db", "quality_silence", "quality_clipping"}


def _values(child: Child, step: int) -> dict[str, float]:
    return next(m.values for m in child.messages if isinstance(m, CheckpointSaved) and m.step == step)


def _trained(child: Child) -> bool:
    return any("Training a phoneme recogniser" in m.message for m in child.messages if isinstance(m, Log))


@pytest.mark.siege
def test_figures_are_stored_with_the_checkpoint_and_the_voice(runs: Runs) -> None:
    spec = runs.spec("measured", **_SHORT)
    child = runs.start(spec)
    assert child.end() == 0
    values = _values(child, 2)
    assert values.keys() >= _ALWAYS | {"val_loss", "quality_per"}
    assert _trained(child)
    stored = CheckpointStore(spec.checkpoints).find(2)
    assert stored.values == values
    finished = child.messages[-1]
    assert isinstance(finished, Finished)
    assert finished.product is not None
    voice = read_info(finished.product)
    assert isinstance(voice, VoiceInfo)
    assert voice.quality == {name: value for name, value in values.items() if name.startswith("quality_")}
    assert "a" in load_recognizer(finished.product / RECOGNIZER).phonemes

    longer = runs.start(spec.model_copy(update={"config": {**spec.config, "max_steps": 4}}))
    assert longer.end() == 0
    assert "quality_per" in _values(longer, 4)
    assert not _trained(longer)
    first, second = (spec.checkpoints / step / RECOGNIZER for step in ("2", "4"))
    assert first.read_bytes() == second.read_bytes()


@pytest.mark.siege
def test_an_installed_recogniser_measures_letters(runs: Runs) -> None:
    asr = write_wav2vec2(runs.root / "models" / "ns" / "asr")
    spec = runs.spec("letters", **_SHORT).model_copy(update={"asr_model": asr})
    child = runs.start(spec)
    assert child.end() == 0
    assert _values(child, 2).keys() >= _ALWAYS | {"quality_cer"}
    assert not _trained(child)
    assert not (spec.checkpoints / "2" / RECOGNIZER).exists()
