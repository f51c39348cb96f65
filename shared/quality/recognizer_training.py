"""Trains a phoneme recogniser on recordings with known phonemes, on the CPU.

Measured with 1,000 sentences of 15 to 60 letters (53 min) of espeak-ng's Persian voice, 24 epochs, one thread of a
2-core machine: a phoneme error rate of 1.0 % on 100 other sentences (3,556 phonemes) after 5 to 7 min.
"""

from __future__ import annotations

import itertools
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from pydantic import ValidationError
from torch.nn.utils.rnn import pad_sequence

from shared.contracts.errors import BadDataset
from shared.quality.augmentation import augmented
from shared.quality.features import log_mel
from shared.quality.recognizer import BLANK, STRIDE, PhonemeNetwork, PhonemeRecognizer, RecognizerSizes

_BATCH_FRAMES = 3200
"""Feature frames of a batch with its padding: about a dozen sentences of 2.5 s."""
_FEWEST_BATCHES = 12
"""Of an epoch: few recordings are in smaller batches, so that they too are many steps."""
_PEAK_RATE = 3e-3
_WARMUP = 0.1
_CLIP = 1.0
_LOGGED = 10


@dataclass(frozen=True, slots=True)
class SpokenExample:
    """`load` gives the samples [time] in [-1, 1] at `rate` Hz; `phonemes`: see `split_phonemes`."""

    load: Callable[[], NDArray[np.float32]]
    rate: int
    phonemes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Prepared:
    features: torch.Tensor
    target: torch.Tensor


def train_recognizer(
    examples: Sequence[SpokenExample],
    *,
    seed: int,
    epochs: int = 24,
    least_steps: int = 1000,
    channels: int = 144,
    blocks: int = 8,
    max_seconds: float = math.inf,
    log: Callable[[str], None] = lambda line: None,
    clock: Callable[[], float] = time.monotonic,
) -> PhonemeRecognizer:
    """A recogniser of the phonemes in `examples`. Raises `BadDataset` for none usable and too many phonemes.

    Ends after `epochs`, but at least `least_steps` (CTC first learns only blanks, for some 300 steps), or after
    `max_seconds`; the learning rate decays by the one that ends first. The features of all
    examples are in memory: 26 kB for a second of speech. The global random generators are not changed.
    """
    started = clock()
    phonemes = tuple(sorted({unit for example in examples for unit in example.phonemes}))
    index = {unit: number for number, unit in enumerate(phonemes, start=1)}
    prepared = [ready for example in examples if (ready := _prepare(example, index)) is not None]
    if not prepared:
        raise BadDataset("No recording has enough speech for its text to train a phoneme recogniser.")
    try:
        sizes = RecognizerSizes(phonemes=phonemes, channels=channels, blocks=blocks)
    except ValidationError as error:
        raise BadDataset(f"A phoneme recogniser cannot have the {len(phonemes)} phonemes of the texts.") from error
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = PhonemeNetwork(sizes)
        batches = _batches(prepared)
        epochs = max(epochs, math.ceil(least_steps / len(batches)))
        _fit(network, batches, seed, epochs, lambda: (clock() - started) / max_seconds, log)
    return PhonemeRecognizer(network.requires_grad_(False), sizes)


def _prepare(example: SpokenExample, index: dict[str, int]) -> _Prepared | None:
    """Features and target; None for an example that CTC cannot align, such as a recording cut off."""
    features = log_mel(example.load(), example.rate)
    target = [index[unit] for unit in example.phonemes]
    repeated = sum(one == other for one, other in itertools.pairwise(target))
    # The fastest augmentation shortens the features by a fifth.
    if features is None or not target or features.shape[1] / STRIDE * 0.8 < len(target) + repeated + 1:
        return None
    return _Prepared(features, torch.tensor(target))


def _fit(
    network: PhonemeNetwork,
    batches: list[list[_Prepared]],
    seed: int,
    epochs: int,
    share_of_time: Callable[[], float],
    log: Callable[[str], None],
) -> None:
    generator, order = torch.Generator().manual_seed(seed), random.Random(seed)  # noqa: S311
    optimizer = torch.optim.AdamW(network.parameters(), lr=_PEAK_RATE, betas=(0.9, 0.98), weight_decay=0.01)
    steps, step = epochs * len(batches), 0
    network.train()
    for epoch in range(epochs):
        order.shuffle(batches)
        losses = []
        for batch in batches:
            step += 1
            progress = max(step / steps, share_of_time())
            if progress > 1.0:
                log(f"recogniser: out of time in epoch {epoch + 1} of {epochs}")
                return
            for group in optimizer.param_groups:
                group["lr"] = _PEAK_RATE * _rate(progress)
            losses.append(_step(network, optimizer, batch, generator))
        if (epoch + 1) % max(1, epochs // _LOGGED) == 0:
            log(f"recogniser: epoch {epoch + 1} of {epochs}, loss {sum(losses) / len(losses):.3f} per phoneme")


def _step(
    network: PhonemeNetwork, optimizer: torch.optim.Optimizer, batch: list[_Prepared], generator: torch.Generator
) -> float:
    changed = [augmented(example.features, generator) for example in batch]
    lengths = torch.tensor([(features.shape[1] + STRIDE - 1) // STRIDE for features in changed])
    targets = torch.cat([example.target for example in batch])
    sizes = torch.tensor([len(example.target) for example in batch])
    padded = pad_sequence([features.T for features in changed], batch_first=True).transpose(1, 2)
    probabilities = network(padded).transpose(0, 1)
    loss = torch.nn.functional.ctc_loss(probabilities, targets, lengths, sizes, blank=BLANK, zero_infinity=True)
    optimizer.zero_grad(set_to_none=True)
    loss.backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), _CLIP)
    optimizer.step()
    return float(loss.detach())


def _batches(prepared: list[_Prepared]) -> list[list[_Prepared]]:
    """Examples of similar length together."""
    ordered = sorted(prepared, key=lambda example: example.features.shape[1])
    total = sum(example.features.shape[1] for example in prepared)
    return list(_cut(ordered, min(_BATCH_FRAMES, total // _FEWEST_BATCHES)))


def _cut(ordered: list[_Prepared], limit: int) -> Iterator[list[_Prepared]]:
    batch: list[_Prepared] = []
    for example in ordered:
        if batch and example.features.shape[1] * (len(batch) + 1) > limit:
            yield batch
            batch = []
        batch.append(example)
    yield batch


def _rate(progress: float) -> float:
    """The share of the peak rate: a linear warm-up, then half a cosine down to 0."""
    if progress < _WARMUP:
        return progress / _WARMUP
    return 0.5 * (1.0 + math.cos(math.pi * (progress - _WARMUP) / (1.0 - _WARMUP)))
