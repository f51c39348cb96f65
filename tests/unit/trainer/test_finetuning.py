"""Fine-tuning a base voice: what is frozen stays, what is new is added, and differences are said."""

from __future__ import annotations

import logging
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import torch
from accelerate import Accelerator
from accelerate.utils import set_seed

from services.trainer.interface.task import TaskSpec
from services.trainer.recipes.vits import VITS
from services.trainer.recipes.vits.build import build_task
from services.trainer.recipes.vits.dataset import SpeechCorpus
from services.trainer.recipes.vits.finetuning import warn_of_differences
from services.trainer.recipes.vits.parameters import PARTS, VitsParameters
from services.trainer.recipes.vits.task import VitsTask
from shared.contracts.errors import Validation
from shared.vits.config import WEIGHTS, VoiceConfig, write_config
from shared.vits.inference import InferenceInput, infer
from shared.vits.model import build, generator_state, is_of_speakers, save_tensors
from shared.vits.presets import preset
from tests.support.training import SENTENCES, write_dataset

pytestmark = pytest.mark.timeout(120)


@pytest.fixture(scope="module")
def dataset(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "first"
    return write_dataset(folder, [(f"u{n}", text) for n, text in enumerate(SENTENCES)])


@pytest.fixture(scope="module")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("data") / "second"
    return write_dataset(folder, [(f"v{n}", text) for n, text in enumerate(SENTENCES)])


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A voice of one speaker at 22050 Hz that reads phonemes."""
    folder = tmp_path_factory.mktemp("base")
    config = preset("tiny")
    save_tensors(generator_state(build(config, seed=7)), folder / WEIGHTS)
    write_config(folder, config)
    return folder


def task_of(base: Path | None, *datasets: Path, **config: object) -> VitsTask:
    parameters = VitsParameters.model_validate({"device": "cpu", "batch_size": 3, "quality_utterances": 0, **config})
    return build_task(TaskSpec(parameters, datasets, base, None, None, Accelerator(cpu=True), lambda _: None))


def step_of(task: VitsTask, rate: float = 1e-3) -> dict[str, torch.Tensor]:
    """The weights after one step."""
    set_seed(1)
    task.train_step(next(task.batches(0, 0)), rate)
    return task.network.state_dict()


def changed(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> set[str]:
    return {name for name in before if not torch.equal(before[name], after[name])}


def copied(task: VitsTask) -> dict[str, torch.Tensor]:
    return {name: weight.clone() for name, weight in task.network.state_dict().items()}


def test_frozen_parts_do_not_change(base: Path, dataset: Path) -> None:
    task = task_of(base, dataset, freeze="text_encoder, decoder")
    before = copied(task)
    moved = changed(before, step_of(task))
    assert moved
    assert not [name for name in moved if name.startswith(("text_encoder.", "waveform_decoder."))]
    assert {name.split(".")[0] for name in moved} >= {"posterior_encoder", "flow", "duration_predictor", "disc"}


def test_the_base_learns_at_its_share_of_the_rate(base: Path, dataset: Path) -> None:
    moves = []
    for share in (1.0, 0.1):
        task = task_of(base, dataset, base_rate=share)
        before = copied(task)["text_encoder.emb.weight"]
        moves.append((step_of(task)["text_encoder.emb.weight"] - before).abs().max().item())
    assert moves[1] == pytest.approx(0.1 * moves[0], rel=0.1)


def test_speakers_are_added_to_a_base_of_one(base: Path, dataset: Path, other: Path) -> None:
    task = task_of(base, dataset, other, multi_speaker=True)
    network: Any = task.network
    network.eval()
    ids = list(range(1, 40))
    plain: Any = task_of(base, dataset).network
    expected = infer(plain.eval(), [InferenceInput(ids, noise=0.0, seed=1)])[0].samples
    for speaker in (0, 1):
        spoken = infer(network, [InferenceInput(ids, noise=0.0, seed=1, speaker=speaker)])[0].samples
        assert abs(spoken - expected).max() < 1e-5  # at first every speaker is the base's
    before = copied(task)
    moved = changed(before, step_of(task))
    assert {name for name in moved if is_of_speakers(name)}


def test_added_speakers_are_saved_and_resumed(base: Path, dataset: Path, other: Path, tmp_path: Path) -> None:
    task = task_of(base, dataset, other, multi_speaker=True)
    step_of(task)
    checkpoint = tmp_path / "1"
    checkpoint.mkdir()
    task.save(checkpoint)
    parameters = VitsParameters(device="cpu", batch_size=3, quality_utterances=0, multi_speaker=True)
    accelerator = Accelerator(cpu=True)
    spec = TaskSpec(parameters, (dataset, other), base, None, checkpoint, accelerator, lambda _: None)
    resumed = build_task(spec)
    assert not changed(copied(task), copied(resumed))


@pytest.mark.parametrize("changes", [{"freeze": "text_encoder"}, {"base_rate": 0.5}])
def test_a_restored_run_may_freeze_and_slow_other_parts(
    base: Path, dataset: Path, other: Path, tmp_path: Path, changes: dict[str, object]
) -> None:
    task = task_of(base, dataset, other, multi_speaker=True)
    step_of(task)
    checkpoint = tmp_path / "1"
    checkpoint.mkdir()
    task.save(checkpoint)
    values = {"device": "cpu", "batch_size": 3, "quality_utterances": 0, "multi_speaker": True, **changes}
    parameters = VitsParameters.model_validate(values)
    accelerator = Accelerator(cpu=True)
    resumed = build_task(TaskSpec(parameters, (dataset, other), base, None, checkpoint, accelerator, lambda _: None))
    before = copied(resumed)
    frozen = "freeze" in changes
    assert frozen != any(name.startswith("text_encoder.") for name in changed(before, step_of(resumed)))


@pytest.mark.parametrize("config", [{"freeze": "decoder"}, {"base_rate": 0.5}])
def test_they_need_a_base(dataset: Path, config: dict[str, object]) -> None:
    with pytest.raises(Validation, match="needs a base voice"):
        task_of(None, dataset, preset="tiny", **config)


def test_something_must_be_left_to_train(base: Path, dataset: Path) -> None:
    with pytest.raises(Validation, match="nothing to train"):
        task_of(base, dataset, freeze=",".join(PARTS))


def test_an_unknown_part_is_named() -> None:
    with pytest.raises(Validation, match="there is no part vocoder to freeze; there are text_encoder"):
        VITS.parse({"freeze": "vocoder"})


def test_a_base_of_another_rate_or_reading_is_said(
    base: Path, dataset: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    slow = tmp_path / "slow"
    slow.mkdir()
    values = preset("tiny").model_dump(by_alias=True)
    config = VoiceConfig.model_validate({**values, "audio": {**values["audio"], "sample_rate": 44100}})
    save_tensors(generator_state(build(config, seed=7)), slow / WEIGHTS)
    write_config(slow, config)
    with caplog.at_level(logging.WARNING):
        task_of(slow, dataset, text_input="graphemes")
    said = caplog.text
    assert "The base voice reads phonemes; text_input graphemes is ignored." in said
    assert "The recordings have 22050 Hz, the base voice 44100 Hz" in said
    caplog.clear()
    task_of(base, dataset)
    assert not caplog.text


def test_a_default_is_not_taken_for_a_request(caplog: pytest.LogCaptureFixture) -> None:
    complete = VitsParameters.model_validate(VitsParameters().model_dump())  # as the check of a request returns them
    nothing = SpeechCorpus((), (), Counter(), Counter())
    with caplog.at_level(logging.WARNING):
        warn_of_differences(preset("tiny", text_input="graphemes"), complete, nothing)
    assert not caplog.text


def test_evaluation_compares_the_pitch_of_its_own_utterances(dataset: Path) -> None:
    """Two utterances to validate, batches of three: what the last step of training predicted is of no use."""
    task = task_of(None, dataset, preset="small", validation_fraction=0.34)
    before = task.evaluate()
    assert before["val_loss_pitch"] > 0
    set_seed(1)
    task.train_step(next(task.batches(0, 0)), 0.0)  # changes no weight
    assert task.evaluate() == pytest.approx(before)
