"""The length scale: how much longer recordings are than the predicted durations."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import pytest
import torch

from services.trainer.recipes.vits.dataset import Example
from services.trainer.recipes.vits.tempo import measure_length_scale
from shared.vits.config import with_length_scale
from shared.vits.inference import InferenceInput, infer, predict_frames
from shared.vits.model import Network, build
from shared.vits.presets import preset

SMALL = preset("small")
IDS = tuple(range(1, 60))


@pytest.fixture(scope="module")
def network() -> Network:
    return cast("Network", build(SMALL, seed=1).eval())


def example(seconds: float) -> Example:
    return Example("u", Path("u.wav"), IDS, seconds)


def test_the_scale_makes_the_prediction_as_long_as_the_recordings(network: Network) -> None:
    frames = float(predict_frames(network, [InferenceInput(IDS)]).sum())
    seconds = frames * SMALL.audio.hop_length / SMALL.audio.sample_rate
    assert measure_length_scale(network, [example(1.3 * seconds)] * 20, SMALL.audio) == pytest.approx(1.3, rel=1e-3)


def test_a_wild_prediction_is_limited(network: Network) -> None:
    assert measure_length_scale(network, [example(1000.0)], SMALL.audio) == 2.0
    assert measure_length_scale(network, [example(0.01)], SMALL.audio) == 0.5


def test_nothing_to_measure_and_stochastic_durations_are_one(network: Network) -> None:
    assert measure_length_scale(network, [], SMALL.audio) == 1.0
    other: Any = build(preset("quality"), seed=1).eval()
    assert measure_length_scale(other, [example(1000.0)], SMALL.audio) == 1.0


def test_the_configuration_carries_it() -> None:
    config = with_length_scale(SMALL, 1.5)
    slow: Any = build(config, seed=1).eval()
    plain: Any = build(SMALL, seed=1).eval()
    with torch.no_grad():
        for module in (slow, plain):
            module.duration_predictor.proj.bias.fill_(1.2)  # three frames for each symbol
    lengths = [len(infer(module, [InferenceInput(IDS, noise=0.0)])[0].samples) for module in (slow, plain)]
    assert lengths[0] / lengths[1] == pytest.approx(1.5, rel=0.02)


def test_remainders_are_carried_to_the_next_symbol() -> None:
    module: Any = build(SMALL, seed=1).eval()
    with torch.no_grad():
        module.duration_predictor.proj.weight.zero_()
        module.duration_predictor.proj.bias.fill_(0.8755)  # 2.4 frames for each symbol
    (spoken,) = infer(module, [InferenceInput(IDS, noise=0.0)])
    assert set(spoken.frames) == {2, 3}
    assert sum(spoken.frames) == pytest.approx(2.4 * len(IDS), abs=1)
