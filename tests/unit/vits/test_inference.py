"""Our inference against Coqui's, and what it adds: sentences that share a pass without hearing each other."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
import pytest
import torch

from shared.persian.frontend import Frontend
from shared.vits.config import VoiceConfig
from shared.vits.inference import InferenceInput, InferenceOutput, infer
from shared.vits.model import Network, build
from shared.vits.presets import preset
from shared.vits.tokens import Tokenizer

TEXTS = ("سلام.", "چرا ژاله گچ و قلم را پشت پنجره گذاشت؟", "این صدا هزار کیلومتر راه آمده است.")


def small(**changes: object) -> VoiceConfig:
    """The size `tiny`, with Coqui's own (stochastic) predictor of durations where asked for."""
    config = preset("tiny")
    arguments = config.model_args.model_copy(update=changes)
    return config.model_copy(update={"model_args": arguments})


@pytest.fixture(scope="module", params=[False, True], ids=["durations", "stochastic"])
def network(request: pytest.FixtureRequest) -> Network:
    return cast("Network", build(small(use_sdp=request.param), seed=3).eval())


def ids(text: str) -> list[int]:
    return Tokenizer(preset("tiny").characters).encode(Frontend().phonemes(text)).ids


def said(network: Network, *wanted: InferenceInput) -> list[InferenceOutput]:
    return infer(network, wanted)


@pytest.mark.parametrize("text", TEXTS)
def test_without_noise_it_says_what_coqui_says(network: Network, text: str) -> None:
    coqui = cast("Any", network)
    before = (coqui.inference_noise_scale, coqui.inference_noise_scale_dp)
    coqui.inference_noise_scale, coqui.inference_noise_scale_dp, coqui.length_scale = 0.0, 0.0, 1 / 1.25
    with torch.no_grad():
        theirs = coqui.inference(torch.tensor([ids(text)]))
    coqui.inference_noise_scale, coqui.inference_noise_scale_dp = before
    (ours,) = said(network, InferenceInput(ids(text), speed=1.25, noise=0.0))
    assert ours.frames == theirs["durations"][0, 0].int().tolist()
    expected = theirs["model_outputs"][0, 0].numpy()
    assert len(ours.samples) == len(expected)
    assert np.abs(ours.samples - expected).max() < 1e-4


def test_sentences_in_one_pass_are_as_they_are_alone(network: Network) -> None:
    wanted = [InferenceInput(ids(text), seed=number, speed=1 + number / 10) for number, text in enumerate(TEXTS)]
    for each, together in zip(wanted, said(network, *wanted), strict=True):
        (alone,) = said(network, each)
        assert together.frames == alone.frames
        # The decoder looks a little beyond the end, where a longer neighbour leaves its padding.
        inner = slice(0, max(0, len(alone.samples) - 4096))
        assert len(together.samples) == len(alone.samples)
        assert np.abs(together.samples[inner] - alone.samples[inner]).max(initial=0.0) < 1e-3


def test_a_seed_is_the_same_speech_and_none_is_another(network: Network) -> None:
    one, two, other = (said(network, InferenceInput(ids(TEXTS[1]), seed=seed))[0].samples for seed in (7, 7, None))
    assert np.array_equal(one, two)
    assert len(one) != len(other) or not np.array_equal(one, other)


def test_the_process_generator_is_left_alone(network: Network) -> None:
    torch.manual_seed(5)
    expected = torch.rand(3)
    torch.manual_seed(5)
    said(network, InferenceInput(ids(TEXTS[0])))
    assert torch.equal(torch.rand(3), expected)


def test_what_each_symbol_lasts_adds_up_to_the_speech(network: Network) -> None:
    (spoken,) = said(network, InferenceInput(ids(TEXTS[1]), seed=1))
    assert len(spoken.frames) == len(ids(TEXTS[1]))
    assert sum(spoken.frames) * 256 == len(spoken.samples)
    assert min(spoken.frames) >= 1


def test_fewer_bits_say_nearly_the_same(network: Network) -> None:
    wanted = [InferenceInput(ids(TEXTS[1]), seed=1)]
    (full,), (short,) = infer(network, wanted), infer(network, wanted, "bfloat16")
    assert full.frames == short.frames
    assert np.sqrt(np.mean((full.samples - short.samples) ** 2)) < 0.1 * full.samples.std() + 1e-3


def test_speakers_are_told_apart() -> None:
    config = small().model_copy(update={"speakers": ("الف", "ب")})
    several = cast("Network", build(config, seed=1).eval())
    one, two = said(several, *(InferenceInput(ids(TEXTS[0]), seed=1, speaker=speaker) for speaker in (0, 1)))
    assert not np.array_equal(one.samples[:1000], two.samples[:1000])


@pytest.mark.parametrize("told", [50.0, -200.0, float("nan"), float("inf")])
def test_a_voice_that_diverged_is_held_to_what_a_person_could_say(told: float) -> None:
    network = cast("Network", build(small(), seed=1).eval())
    with torch.no_grad():
        for parameter in cast("torch.nn.Module", network.duration_predictor).parameters():
            parameter.fill_(0.0)
        cast("Any", network.duration_predictor).proj.bias.fill_(told)
    (spoken,) = said(network, InferenceInput(ids(TEXTS[1]), speed=0.25))
    assert min(spoken.frames) >= 1
    assert sum(spoken.frames) < 8200
