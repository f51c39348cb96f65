"""The averaged weights: a checkpoint's voice, while the run trains on its own."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch

from services.trainer.recipes.vits.average import WeightAverage
from shared.contracts.errors import UnsafeCheckpoint


def weight(value: float) -> torch.nn.Parameter:
    return torch.nn.Parameter(torch.full((2,), value))


def test_the_average_follows_the_weights_and_leaves_them_alone() -> None:
    own = weight(0.0)
    average = WeightAverage({"a": own}, 0.9)
    own.data.fill_(1.0)
    average.update(1000)
    assert torch.equal(own, torch.ones(2))
    with average.applied():
        assert torch.allclose(own, torch.full((2,), 0.1))
    assert torch.equal(own, torch.ones(2))


def test_the_random_start_fades_within_few_steps() -> None:
    own = weight(100.0)
    average = WeightAverage({"a": own}, 0.999)
    own.data.fill_(0.0)
    for step in range(1, 81):
        average.update(step)
    with average.applied():
        assert own[0].item() < 1.0


def test_the_weights_return_after_an_error() -> None:
    own = weight(1.0)
    average = WeightAverage({"a": own}, 0.9)
    own.data.fill_(2.0)
    with pytest.raises(RuntimeError), average.applied():
        raise RuntimeError
    assert torch.equal(own, torch.full((2,), 2.0))


def test_a_checkpoint_restores_both(tmp_path: Path) -> None:
    own = weight(1.0)
    average = WeightAverage({"a": own}, 0.9)
    own.data.fill_(2.0)
    average.save(tmp_path)

    resumed = weight(1.0)  # the average, as the voice's file has it
    other = WeightAverage({"a": resumed}, 0.9)
    other.load(tmp_path)
    assert torch.equal(resumed, torch.full((2,), 2.0))
    with other.applied():
        assert torch.equal(resumed, torch.ones(2))


def test_a_checkpoint_without_averages_has_the_weights(tmp_path: Path) -> None:
    own = weight(3.0)
    average = WeightAverage({"a": own}, 0.9)
    average.load(tmp_path)
    assert torch.equal(own, torch.full((2,), 3.0))


def test_a_file_that_does_not_fit_is_refused(tmp_path: Path) -> None:
    WeightAverage({"b": weight(1.0)}, 0.9).save(tmp_path)
    with pytest.raises(UnsafeCheckpoint):
        WeightAverage({"a": weight(1.0)}, 0.9).load(tmp_path)
    (tmp_path / "generator.safetensors").write_bytes(b"no tensors")
    with pytest.raises(UnsafeCheckpoint):
        WeightAverage({"a": weight(1.0)}, 0.9).load(tmp_path)


def test_a_decay_of_zero_keeps_no_average(tmp_path: Path) -> None:
    own = weight(1.0)
    average = WeightAverage({"a": own}, 0.0)
    own.data.fill_(2.0)
    average.update(1)
    with average.applied():
        assert torch.equal(own, torch.full((2,), 2.0))
    average.save(tmp_path)
    assert not list(tmp_path.iterdir())
