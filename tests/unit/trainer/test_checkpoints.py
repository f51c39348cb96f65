"""Checkpoints appear whole or not at all, and the right ones stay."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from services.trainer.child.checkpoints import CheckpointStore
from shared.contracts.errors import NotFound
from shared.files.read_locks import reading
from shared.products.checkpoint import CheckpointMetrics


def write(store: CheckpointStore, step: int, loss: float = 1.0) -> None:
    def save(folder: Path) -> None:
        (folder / "state").mkdir()
        (folder / "state" / "x").write_bytes(b"12345")

    store.write(CheckpointMetrics(step=step, epoch=0, values={"val_loss": loss}), save)


@pytest.fixture
def store(tmp_path: Path) -> CheckpointStore:
    return CheckpointStore(tmp_path / "run")


def steps(store: CheckpointStore) -> list[int]:
    return [m.step for m in store.all()]


def test_steps_are_ordered_by_number_not_by_name(store: CheckpointStore) -> None:
    for step in (100, 9, 20):
        write(store, step)
    assert steps(store) == [9, 20, 100]
    last = store.last()
    assert last is not None
    assert last.step == 100


def test_a_failed_write_leaves_nothing_and_harms_nothing(store: CheckpointStore) -> None:
    write(store, 5)

    def full(folder: Path) -> None:
        (folder / "part").write_bytes(b"1")
        raise OSError(errno.ENOSPC, "No space left on device")

    with pytest.raises(OSError, match="No space"):
        store.write(CheckpointMetrics(step=10, epoch=0, values={}), full)
    assert steps(store) == [5]
    assert [p.name for p in store.root.iterdir()] == ["5"]


def test_half_written_ones_are_not_seen_and_are_removed_at_the_start(store: CheckpointStore) -> None:
    write(store, 5)
    (store.root / ".10.partial").mkdir()
    (store.root / "7").mkdir()  # no metrics.json: not whole
    (store.root / "notes").mkdir()  # a person's own
    assert steps(store) == [5]
    assert sorted(store.clean()) == [".10.partial", "7"]
    assert sorted(p.name for p in store.root.iterdir()) == ["5", "notes"]


def test_pruning_keeps_the_newest_and_the_best(store: CheckpointStore) -> None:
    for step, loss in ((1, 5.0), (2, 1.0), (3, 4.0), (4, 3.0), (5, 2.0)):
        write(store, step, loss)
    assert store.prune(2) == [1, 3]
    assert steps(store) == [2, 4, 5]
    best = store.best()
    assert best is not None
    assert best.step == 2


def test_going_on_from_an_earlier_step_discards_the_later_ones(store: CheckpointStore) -> None:
    for step in (1, 2, 3):
        write(store, step)
    assert store.discard_after(1) == [2, 3]
    assert steps(store) == [1]


def test_the_same_step_again_replaces(store: CheckpointStore) -> None:
    write(store, 5, 2.0)
    write(store, 5, 1.0)
    assert store.find(5).values["val_loss"] == 1.0
    assert [p.name for p in store.root.iterdir()] == ["5"]


def test_a_step_that_is_not_there(store: CheckpointStore) -> None:
    with pytest.raises(NotFound, match="step 3"):
        store.find(3)
    assert store.last() is None
    assert store.best() is None


def test_what_is_deployed_or_being_read_is_not_pruned(store: CheckpointStore) -> None:
    for step, loss in ((1, 0.5), (2, 9.0), (3, 9.0), (4, 9.0), (5, 9.0)):
        write(store, step, loss)
    (store.folder(2) / "deployed.json").write_text("{}")
    with reading(store.folder(3) / "metrics.json"):
        assert store.prune(1) == [4]
    assert steps(store) == [1, 2, 3, 5]
    assert store.prune(1) == [3]  # nobody reads it now; 1 is the best


def test_where_another_run_starts_is_not_pruned(store: CheckpointStore) -> None:
    for step in (1, 2, 3):
        write(store, step, 1.0 / step)
    (store.folder(1) / "starts-here").touch()
    assert store.prune(1) == [2]
    assert steps(store) == [1, 3]
