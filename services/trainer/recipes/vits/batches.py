"""Builds the batches for `Vits.train_step` from examples.

Not Coqui's `VitsDataset`: it ignores a file's sample rate, silently replaces unusable utterances by others, and sorts
its input. The keys and shapes of a batch are the same.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence

import torch
from torch.utils.data import DataLoader, Dataset

from services.trainer.recipes.vits.dataset import Example
from shared.audio.recording_info import UnreadableRecording
from shared.contracts.errors import BadDataset
from shared.vits.audio import Samples, read_mono
from shared.vits.model import Batch

Item = tuple[Example, Samples]
# Batches of similar length need little padding; sorting only within groups of this many batches keeps them random.
_GROUP = 8


class Examples(Dataset[Item]):
    def __init__(self, examples: Sequence[Example], sample_rate: int) -> None:
        self._examples, self._rate = examples, sample_rate

    def __len__(self) -> int:
        return len(self._examples)

    def __getitem__(self, index: int) -> Item:
        example = self._examples[index]
        try:
            return example, read_mono(example.audio, self._rate)
        except UnreadableRecording as error:
            raise BadDataset(
                f"{example.audio.parent.name}/{example.audio.name} cannot be read any more: {error}"
            ) from error


def batch_order(examples: Sequence[Example], batch_size: int, *, seed: int, epoch: int) -> list[list[int]]:
    """The indices of each batch of an epoch: a function of the arguments, so that a run can resume within an epoch."""
    rng = random.Random(f"{seed}:{epoch}")  # noqa: S311 - not used for security
    order = list(range(len(examples)))
    rng.shuffle(order)
    grouped: list[int] = []
    for start in range(0, len(order), batch_size * _GROUP):
        grouped += sorted(order[start : start + batch_size * _GROUP], key=lambda i: examples[i].seconds)
    batches = [grouped[start : start + batch_size] for start in range(0, len(grouped), batch_size)]
    rng.shuffle(batches)
    return batches


def load_batches(
    examples: Sequence[Example], batches: list[list[int]], *, sample_rate: int, device: torch.device, workers: int
) -> Iterator[Batch]:
    loader = DataLoader(
        Examples(examples, sample_rate),
        batch_sampler=batches,
        collate_fn=collate,
        num_workers=workers,
        pin_memory=device.type == "cuda",
    )
    for batch in loader:
        yield {k: v.to(device, non_blocking=True) if torch.is_tensor(v) else v for k, v in batch.items()}


def collate(items: list[Item]) -> Batch:
    """tokens int64 [B, T_text], waveform float32 [B, 1, T], and their lengths [B]; padded with 0."""
    token_lens = torch.tensor([len(example.tokens) for example, _ in items])
    wave_lens = torch.tensor([len(samples) for _, samples in items])
    tokens = torch.zeros(len(items), int(token_lens.max()), dtype=torch.long)
    waveform = torch.zeros(len(items), 1, int(wave_lens.max()))
    for row, (example, samples) in enumerate(items):
        tokens[row, : len(example.tokens)] = torch.tensor(example.tokens)
        waveform[row, 0, : len(samples)] = torch.from_numpy(samples)
    names = [""] * len(items)
    return {
        "tokens": tokens,
        "token_lens": token_lens,
        "waveform": waveform,
        "waveform_lens": wave_lens,
        "waveform_rel_lens": wave_lens / wave_lens.max(),
        "speaker_names": names,
        "speaker_ids": [example.speaker for example, _ in items],
        "language_names": names,
        "audio_unique_names": names,
    }
