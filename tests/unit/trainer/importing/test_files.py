"""Which files of a repository belong together: said, or only one that it can be."""

from __future__ import annotations

from pathlib import Path

import pytest

from services.trainer.recipes.importing.files import pick_checkpoint, pick_config
from shared.contracts.errors import UnsafeCheckpoint


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("best_model_1.pth", "best_model_2.pth", "config-0.json", "config-1.json", "README.md"):
        (tmp_path / name).write_text("x")
    return tmp_path


def test_several_are_listed(folder: Path) -> None:
    with pytest.raises(UnsafeCheckpoint, match="2 files") as refused:
        pick_checkpoint(folder)
    assert "best_model_1.pth, best_model_2.pth" in str(refused.value.hint)
    with pytest.raises(UnsafeCheckpoint) as refused:
        pick_config(folder)
    assert "config-0.json, config-1.json" in str(refused.value.hint)


def test_one_is_taken_by_its_name(folder: Path) -> None:
    assert pick_checkpoint(folder, "best_model_2.pth").name == "best_model_2.pth"
    assert pick_config(folder, "config-1.json").name == "config-1.json"


def test_config_json_is_the_usual_one(folder: Path) -> None:
    (folder / "config.json").write_text("x")
    assert pick_config(folder).name == "config.json"


@pytest.mark.parametrize("name", ["../config-0.json", "/etc/passwd", "README.md", "*", "nothing.pth", "\x1b[31m"])
def test_no_name_leads_out_of_the_folder(folder: Path, name: str) -> None:
    with pytest.raises(UnsafeCheckpoint, match="There is no checkpoint"):
        pick_checkpoint(folder, name)


def test_a_folder_without_any(tmp_path: Path) -> None:
    with pytest.raises(UnsafeCheckpoint, match="no \\*\\.pth"):
        pick_checkpoint(tmp_path)
