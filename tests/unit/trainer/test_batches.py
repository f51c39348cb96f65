"""The order of an epoch, and what a batch holds."""

from __future__ import annotations

from pathlib import Path
from typing import cast

import numpy as np
import pytest
import soundfile
import torch

from services.trainer.recipes.vits.batches import batch_order, collate, load_batches
from services.trainer.recipes.vits.dataset import Example
from shared.contracts.errors import BadDataset
from tests.support.recordings import record

EXAMPLES = [Example(f"u{n}", Path(f"u{n}.wav"), tuple(range(n + 1)), float(n % 7)) for n in range(50)]


def test_an_epoch_visits_every_utterance_once() -> None:
    batches = batch_order(EXAMPLES, 8, seed=1, epoch=3)
    assert sorted(i for batch in batches for i in batch) == list(range(50))
    assert len(batches) == 7


def test_the_order_depends_on_seed_and_epoch_alone() -> None:
    assert batch_order(EXAMPLES, 8, seed=1, epoch=3) == batch_order(EXAMPLES, 8, seed=1, epoch=3)
    assert batch_order(EXAMPLES, 8, seed=1, epoch=3) != batch_order(EXAMPLES, 8, seed=1, epoch=4)
    assert batch_order(EXAMPLES, 8, seed=1, epoch=3) != batch_order(EXAMPLES, 8, seed=2, epoch=3)


def test_batches_are_of_like_length() -> None:
    spread = [
        max(EXAMPLES[i].seconds for i in batch) - min(EXAMPLES[i].seconds for i in batch)
        for batch in batch_order(EXAMPLES, 8, seed=1, epoch=0)
    ]
    assert sum(spread) / len(spread) < 3


def test_a_batch_is_padded_with_zeros() -> None:
    items = [(EXAMPLES[2], np.ones(10, np.float32)), (EXAMPLES[4], np.ones(20, np.float32))]
    batch = collate(items)
    tokens, waveform = cast("torch.Tensor", batch["tokens"]), cast("torch.Tensor", batch["waveform"])
    assert tokens.tolist() == [[0, 1, 2, 0, 0], [0, 1, 2, 3, 4]]
    assert waveform.shape == (2, 1, 20)
    assert waveform[0, 0, 10:].sum() == 0
    assert cast("torch.Tensor", batch["waveform_rel_lens"]).tolist() == [0.5, 1.0]


def test_audio_is_resampled_to_the_voice_and_mixed_to_one_channel(tmp_path: Path) -> None:
    path = tmp_path / "stereo.wav"
    soundfile.write(path, np.full((8000, 2), 0.25, np.float32), 8000)
    example = Example("s", path, (1,), 1.0)
    (batch,) = load_batches([example], [[0]], sample_rate=22050, device=torch.device("cpu"), workers=0)
    waveform = cast("torch.Tensor", batch["waveform"])
    assert waveform.shape == (1, 1, 22050)
    assert float(waveform[0, 0, 5000]) == pytest.approx(0.25, abs=0.01)


def test_a_recording_of_a_telephone_is_trained_on(tmp_path: Path) -> None:
    example = Example("u1", record(tmp_path / "u1.m4a", "aac", rate=44100), (1,), 0.6)
    (batch,) = load_batches([example], [[0]], sample_rate=22050, device=torch.device("cpu"), workers=0)
    waveform = cast("torch.Tensor", batch["waveform"])
    assert waveform.shape[2] / 22050 == pytest.approx(0.6, abs=0.1)
    assert float(waveform.std()) > 0.1


def test_a_file_that_vanished_ends_the_run_with_its_name(tmp_path: Path) -> None:
    example = Example("gone", tmp_path / "gone.wav", (1,), 1.0)
    with pytest.raises(BadDataset, match=r"gone\.wav"):
        list(load_batches([example], [[0]], sample_rate=22050, device=torch.device("cpu"), workers=0))
