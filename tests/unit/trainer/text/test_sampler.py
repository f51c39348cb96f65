"""Which samples make which step, what is hidden, how fast it learns: functions of their arguments alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from services.trainer.interface.schedule import learning_rate
from services.trainer.recipes.text.microbatches import IGNORED, MicroBatch
from services.trainer.recipes.text.sampler import epoch_steps, share, split
from tests.support.text_trials import Trials


@given(st.lists(st.integers(1, 50), min_size=1, max_size=200), st.integers(1, 40), st.integers(0, 3))
def test_an_epoch_has_every_sample_once_and_always_in_the_same_order(lengths: list[int], size: int, epoch: int) -> None:
    steps = epoch_steps(lengths, size, seed=1, epoch=epoch)
    assert sorted(np.concatenate(steps).tolist()) == list(range(len(lengths)))
    assert len(steps) == -(-len(lengths) // size)
    again = epoch_steps(lengths, size, seed=1, epoch=epoch)
    assert all(np.array_equal(one, other) for one, other in zip(steps, again, strict=True))


def test_epochs_differ_and_steps_hold_texts_of_like_length() -> None:
    lengths = np.random.default_rng(0).integers(1, 100, 800)
    steps = epoch_steps(lengths, 10, seed=1, epoch=0)
    assert not all(map(np.array_equal, steps, epoch_steps(lengths, 10, seed=1, epoch=1)))
    assert np.mean([np.ptp(lengths[step]) for step in steps]) < 30


@given(st.integers(1, 60), st.integers(1, 8), st.integers(1, 4))
def test_processes_share_a_step_in_as_many_batches_each(count: int, batch: int, processes: int) -> None:
    shares = [share(np.arange(count), batch, rank=rank, processes=processes) for rank in range(processes)]
    assert len({len(mine) for mine in shares}) == 1
    assert sorted(index for mine in shares for part in mine for index in part) == list(range(count))


@given(st.integers(2, 500), st.floats(0, 0.5))
def test_a_split_leaves_something_on_both_sides(count: int, fraction: float) -> None:
    train, held = split(count, fraction, seed=3)
    assert len(train) >= 1
    assert len(held) >= 1
    assert sorted([*train, *held]) == list(range(count))


def test_the_learning_rate_rises_and_falls() -> None:
    def rate(step: int, schedule: Any) -> float:
        return learning_rate(step, peak=1.0, warmup=10, total=110, schedule=schedule)

    for schedule in ("linear", "cosine", "constant"):
        assert [rate(step, schedule) for step in (1, 5, 10)] == [0.1, 0.5, 1.0]
    assert [rate(step, "linear") for step in (11, 61, 110)] == pytest.approx([1.0, 0.5, 0.01])
    assert [rate(step, "cosine") for step in (11, 61)] == pytest.approx([1.0, 0.5])
    assert 0 < rate(110, "cosine") < 0.001
    assert rate(110, "constant") == 1.0


def test_what_is_hidden_depends_on_seed_epoch_and_sample_only(trials: Trials) -> None:
    def hidden(task: Any, epoch: int) -> list[torch.Tensor]:
        return [part.labels for batch in task.batches(epoch, 0) for part in cast("list[MicroBatch]", batch["parts"])]

    one, other = trials.task("masked_lm"), trials.task("masked_lm")
    assert all(map(torch.equal, hidden(one, 0), hidden(other, 0)))
    # Skipping what a resumed run has done changes nothing for what comes after.
    later = [part.labels for batch in one.batches(0, 3) for part in cast("list[MicroBatch]", batch["parts"])]
    assert all(map(torch.equal, hidden(one, 0)[3:], later))
    assert not all(map(lambda a, b: a.shape == b.shape and torch.equal(a, b), hidden(one, 0), hidden(one, 1)))


@pytest.mark.parametrize("probability", [0.15, 0.5])
def test_the_share_that_is_hidden_is_the_one_asked_for(trials: Trials, tmp_path: Path, probability: float) -> None:
    words = [
        "سلام",
        "دنیا",
        "هوا",
        "خوب",
        "است",
        "باران",
        "آمد",
        "او",
        "به",
        "مدرسه",
        "رفت",
        "مادر",
        "کتاب",
        "خواند",
        "شهر",
        "تهران",
    ]
    rows = [" ".join(np.random.default_rng(n).permutation(words).tolist()) for n in range(300)]
    (tmp_path / "train.txt").write_text("\n".join(rows), encoding="utf-8")
    task = trials.task("masked_lm", dataset=tmp_path, mask_probability=probability)
    parts = [part for batch in task.batches(0, 0) for part in cast("list[MicroBatch]", batch["parts"])]
    chosen = sum(part.targets for part in parts)
    tokens = sum(int(part.inputs["attention_mask"].sum()) - 2 * part.samples for part in parts)
    assert chosen / tokens == pytest.approx(probability, abs=0.03)
    masked = sum(int(((part.inputs["input_ids"] == 4) & (part.labels != IGNORED)).sum()) for part in parts)
    assert masked / chosen == pytest.approx(0.8, abs=0.05)
    special = torch.cat([part.inputs["input_ids"][part.labels != IGNORED] for part in parts])
    assert not ((special == 2) | (special == 3)).all()
    labels = torch.cat([part.labels[part.labels != IGNORED] for part in parts])
    assert labels.min() > 4  # nothing special has to be guessed
