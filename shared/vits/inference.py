"""Batched inference, for synthesis and for the samples of a training run.

Coqui's own `inference` uses the process's random generator and one speed for the whole batch. Here each sentence has
its own, so that sentences of different listeners share a batch, and a seed gives the same speech in any batch. Without
noise the result equals Coqui's (tests/unit/vits/test_inference.py).
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from torch.nn.utils.rnn import pad_sequence

from shared.vits.audio import Samples
from shared.vits.model import Network

Precision = Literal["float32", "bfloat16", "float16"]
Given = torch.Tensor | None
EncoderOutput = tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]
"""For each symbol: means and log scales [B, C, T], mask and ln of the frames [B, 1, T]."""


@dataclass(frozen=True, slots=True)
class Passes:
    """The two halves of a network. Between them the length of the audio is known, and noise of that length is added.

    `encode` takes symbols [B, T], their lengths [B], the noise of the durations [B, 2, T] and the speakers' embeddings
    [B, S, 1]; `decode` takes latents [B, C, T], their mask [B, 1, T] and the speakers, and gives samples
    [B, 1, T * hop].
    """

    encode: Callable[[torch.Tensor, torch.Tensor, Given, Given], EncoderOutput]
    decode: Callable[[torch.Tensor, torch.Tensor, Given], torch.Tensor]


# The limit of a symbol's duration, as ln of frames: e^5.3 = 200 frames are 2.3 s. A diverged voice predicts hours.
MAX_LOG_DURATION = 5.3
MOST_FRAMES = 8000
"""The limit of a sentence: 90 s, the slowest reading of 400 characters. The memory grows with the frames."""


@dataclass(frozen=True, slots=True)
class InferenceInput:
    """One sentence. `ids`: of its symbols; `noise` None: the voice's default; `speaker`: an index."""

    ids: Sequence[int]
    speed: float = 1.0
    noise: float | None = None
    seed: int | None = None
    speaker: int = 0


@dataclass(frozen=True, slots=True)
class InferenceOutput:
    """`samples`: float32 in [-1, 1]; `frames`: the duration of each symbol, in hops of the voice."""

    samples: Samples
    frames: list[int]


@torch.inference_mode()
def infer(
    network: Network, inputs: Sequence[InferenceInput], precision: Precision = "float32", passes: Passes | None = None
) -> list[InferenceOutput]:
    """Synthesize all sentences in one batch, on the network's device. Does not use torch's global generators.

    `passes` replace `passes_of(network)`.
    """
    passes, device = passes or passes_of(network), network.device
    tokens, lengths = _symbols(network, inputs)
    generators = [_generator(sentence.seed) for sentence in inputs]
    speaker = _speaker(network, inputs)
    rhythm = _duration_noise(network, inputs, generators)
    means, log_scales, mask, log_durations = passes.encode(tokens, lengths, rhythm, speaker)
    speeds = torch.tensor([sentence.speed for sentence in inputs], device=device)[:, None]
    durations = _durations(network, log_durations[:, 0], mask[:, 0], speeds)
    latents, frame_mask = _latents(network, inputs, durations, (means, log_scales), generators)
    with _in(precision, device):
        waves = passes.decode(latents, frame_mask, speaker)
    hop = waves.shape[-1] // latents.shape[-1]
    samples = torch.nan_to_num(waves[:, 0].float()).clamp(-1.0, 1.0).cpu().numpy()
    predicted = durations.cpu().tolist()
    return [
        InferenceOutput(np.ascontiguousarray(wave[: sum(frames) * hop]), frames[: len(sentence.ids)])
        for sentence, wave, frames in zip(inputs, samples, predicted, strict=True)
    ]


@torch.inference_mode()
def predict_frames(network: Network, inputs: Sequence[InferenceInput]) -> torch.Tensor:
    """Frames of each symbol [B, T] by a deterministic predictor, as fractions, without the voice's length scale."""
    tokens, lengths = _symbols(network, inputs)
    _, _, mask, log_durations = passes_of(network).encode(tokens, lengths, None, _speaker(network, inputs))
    return _frames(log_durations[:, 0], mask[:, 0])


def _symbols(network: Network, inputs: Sequence[InferenceInput]) -> tuple[torch.Tensor, torch.Tensor]:
    """The symbols [B, T], padded with 0, and their lengths [B], on the network's device."""
    rows = [torch.tensor(list(sentence.ids)) for sentence in inputs]
    lengths = torch.tensor([len(row) for row in rows])
    return pad_sequence(rows, batch_first=True).to(network.device), lengths.to(network.device)


def passes_of(network: Network) -> Passes:
    """The passes of the network itself, in torch."""

    def encode(tokens: torch.Tensor, lengths: torch.Tensor, noise: Given, speaker: Given) -> EncoderOutput:
        hidden, means, log_scales, mask = network.text_encoder(tokens, lengths, lang_emb=None)
        return means, log_scales, mask, _log_durations(network, hidden, mask, speaker, noise)

    def decode(latents: torch.Tensor, mask: torch.Tensor, speaker: Given) -> torch.Tensor:
        flowed = network.flow(latents, mask, g=speaker, reverse=True)
        return network.waveform_decoder(flowed * mask, g=speaker)

    return Passes(encode, decode)


def _durations(network: Network, log_durations: torch.Tensor, mask: torch.Tensor, speeds: torch.Tensor) -> torch.Tensor:
    """Frames of each symbol [B, T], at least one; limited, because a diverged voice predicts arbitrary durations."""
    frames = _frames(log_durations, mask) * network.length_scale / speeds
    frames *= (MOST_FRAMES / frames.sum(dim=1, keepdim=True).clamp(min=1.0)).clamp(max=1.0)
    if network.carries_remainders:
        ends = frames.cumsum(dim=1).round()
        whole = ends.diff(dim=1, prepend=torch.zeros_like(ends[:, :1]))
    else:
        whole = frames.ceil()
    return (whole.clamp(min=1.0) * mask).long()


def _frames(log_durations: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    return torch.nan_to_num(log_durations).clamp(max=MAX_LOG_DURATION).exp() * mask


def _latents(
    network: Network,
    inputs: Sequence[InferenceInput],
    durations: torch.Tensor,
    prior: tuple[torch.Tensor, torch.Tensor],
    generators: Sequence[torch.Generator],
) -> tuple[torch.Tensor, torch.Tensor]:
    """The prior of each symbol, repeated for its duration, with noise [B, C, T]; and the mask [B, 1, T]."""
    rows: list[torch.Tensor] = []
    for row, (sentence, generator) in enumerate(zip(inputs, generators, strict=True)):
        mean, log_scale = (part[row].repeat_interleave(durations[row], dim=1) for part in prior)
        scale = network.inference_noise_scale if sentence.noise is None else sentence.noise
        noise = torch.randn(mean.shape, generator=generator).to(mean)
        rows.append((mean + noise * log_scale.exp() * scale).transpose(0, 1))
    mask = pad_sequence([row.new_ones(len(row), 1) for row in rows], batch_first=True)
    return pad_sequence(rows, batch_first=True).transpose(1, 2), mask.transpose(1, 2)


def _log_durations(
    network: Network,
    hidden: torch.Tensor,
    mask: torch.Tensor,
    speaker: torch.Tensor | None,
    noise: torch.Tensor | None,
) -> torch.Tensor:
    """ln of the frames of each symbol [B, 1, T]. The stochastic predictor's reverse pass is Coqui's, with our noise."""
    predictor = network.duration_predictor
    condition = speaker if network.args.condition_dp_on_speaker else None
    if noise is None:
        predicted: torch.Tensor = predictor(hidden, mask, g=condition, lang_emb=None)
        return predicted
    hidden = predictor.pre(hidden)
    if condition is not None:
        hidden = hidden + predictor.cond(condition)
    hidden = predictor.proj(predictor.convs(hidden, mask)) * mask
    first, _unused, *others = predictor.flows
    for flow in (*reversed(others), first):
        noise = flow(torch.flip(noise, [1]), mask, g=hidden, reverse=True)
    return noise[:, :1]


def _duration_noise(
    network: Network, inputs: Sequence[InferenceInput], generators: Sequence[torch.Generator]
) -> torch.Tensor | None:
    """The noise of the durations [B, 2, T], for the stochastic predictor; zero for a sentence without noise."""
    if not network.args.use_sdp:
        return None
    rows = [
        torch.randn(len(sentence.ids), 2, generator=generator)
        * network.inference_noise_scale_dp
        * (1.0 if sentence.noise is None else sentence.noise / max(network.inference_noise_scale, 1e-6))
        for sentence, generator in zip(inputs, generators, strict=True)
    ]
    return pad_sequence(rows, batch_first=True).transpose(1, 2).to(network.device)


def _speaker(network: Network, inputs: Sequence[InferenceInput]) -> torch.Tensor | None:
    if not network.args.use_speaker_embedding:
        return None
    embedded: torch.Tensor = network.emb_g(
        torch.tensor([sentence.speaker for sentence in inputs], device=network.device)
    )
    return embedded.unsqueeze(-1)


def _generator(seed: int | None) -> torch.Generator:
    """A generator on the CPU, so that a seed gives the same speech on every device."""
    return torch.Generator().manual_seed(secrets.randbits(63) if seed is None else seed)


def _in(precision: Precision, device: torch.device) -> AbstractContextManager[None]:
    """Reduced precision, for the decoder only: reduced precision of the durations would change the rhythm."""
    if precision == "float32":
        return nullcontext()
    return torch.autocast(device.type, dtype=getattr(torch, precision))


__all__ = [
    "EncoderOutput",
    "InferenceInput",
    "InferenceOutput",
    "Passes",
    "Precision",
    "infer",
    "passes_of",
    "predict_frames",
]
