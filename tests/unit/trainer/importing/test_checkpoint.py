"""What a pickle may hold, and what happens to one that holds more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from services.trainer.recipes.importing.checkpoint import load_checkpoint
from shared.contracts.errors import UnsafeCheckpoint
from tests.support import hostile_checkpoints as hostile
from tests.support.imports import ImportFolder
from tests.support.ljspeech import zipped

WEIGHT = torch.arange(6.0).reshape(2, 3)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "x.pth"


@pytest.mark.parametrize("zipped", [True, False], ids=["since 1.6", "before 1.6"])
def test_both_of_torchs_formats_are_read(path: Path, zipped: bool) -> None:
    content = {"model": {"a": WEIGHT}, "step": 7, "epoch": 2}
    torch.save(content, path, _use_new_zipfile_serialization=zipped)
    loaded = load_checkpoint(path)
    tensor = loaded.model["a"]
    assert isinstance(tensor, torch.Tensor)
    assert torch.equal(tensor, WEIGHT)
    assert (loaded.step, loaded.epoch) == (7, 2)


def test_a_file_of_torchs_older_format_whose_tail_is_a_zip_is_read_as_what_it_begins_with(path: Path) -> None:
    torch.save({"model": {"x": torch.ones(2)}, "step": 3}, path, _use_new_zipfile_serialization=False)
    with path.open("ab") as file:
        file.write(zipped({"inner.txt": b"x"}))
    assert load_checkpoint(path).step == 3


def test_harmless_things_of_real_checkpoints_become_nothing(path: Path) -> None:
    """A factory or a dtype in a pickle is somebody else's choice of what to call; none of it is kept."""
    kept: defaultdict[str, object] = defaultdict(dict)
    kept["a"] = {"b": 1}
    content = {"model": {"a": WEIGHT}, "optimizer": [kept], "model_loss": np.float64(1.5), "step": np.int64(3)}
    torch.save(content, path)
    loaded = load_checkpoint(path)
    assert list(loaded.model) == ["a"]
    assert loaded.step is None


def test_what_libraries_allowed_before_counts_for_nothing(path: Path) -> None:
    torch.serialization.add_safe_globals([hostile.Calls])
    torch.save({"model": {"a": WEIGHT}, "config": hostile.Calls(print)}, path)
    with pytest.raises(UnsafeCheckpoint):
        load_checkpoint(path)


@pytest.mark.parametrize("write", [hostile.starts_a_program, hostile.plain_pickle, hostile.old_tar])
def test_a_pickle_that_starts_a_program_starts_none(
    path: Path, tmp_path: Path, write: Callable[[Path, Path], None]
) -> None:
    mark = tmp_path / "owned"
    write(path, mark)
    with pytest.raises(UnsafeCheckpoint, match="refuses") as refused:
        load_checkpoint(path)
    assert not mark.exists()
    assert "not be read in any other way" in str(refused.value.hint)


def test_the_reason_names_what_was_asked_for(path: Path, tmp_path: Path) -> None:
    hostile.starts_a_program(path, tmp_path / "owned")
    with pytest.raises(UnsafeCheckpoint, match=r"asks for posix\.system"):
        load_checkpoint(path)


def test_a_zip_bomb_is_not_unpacked(path: Path) -> None:
    hostile.zip_bomb(path)
    assert path.stat().st_size < 2 << 20
    with pytest.raises(UnsafeCheckpoint, match="compressed"):
        load_checkpoint(path)


@pytest.mark.parametrize("write", [hostile.gigantic_tensor, hostile.not_a_pickle, hostile.deep_recursion])
def test_what_is_broken_is_refused(path: Path, write: Callable[[Path], None]) -> None:
    write(path)
    with pytest.raises(UnsafeCheckpoint):
        load_checkpoint(path)


def test_half_a_file_is_refused(path: Path, place: ImportFolder) -> None:
    hostile.truncated(path, place.checkpoint)
    with pytest.raises(UnsafeCheckpoint):
        load_checkpoint(path)


@pytest.mark.parametrize("content", [[1, 2], {"state_dict": {}}, {"model": None}, {"model": [WEIGHT]}, WEIGHT])
def test_what_is_not_coquis_is_refused(path: Path, content: object) -> None:
    torch.save(content, path)
    with pytest.raises(UnsafeCheckpoint, match="model"):
        load_checkpoint(path)


def test_an_empty_file_is_refused(path: Path) -> None:
    path.touch()
    with pytest.raises(UnsafeCheckpoint):
        load_checkpoint(path)
