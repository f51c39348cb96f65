"""Recipes of other distributions: a broken one stops neither the trainer nor the other recipes."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.toy.recipe import TOY_PATH

_LIST = "from services.trainer.recipes import RECIPES; print([recipe.name for recipe in RECIPES])"


def test_a_broken_or_doubled_recipe_is_skipped(tmp_path: Path) -> None:
    info = tmp_path / "broken-1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: broken\nVersion: 1\n")
    (info / "entry_points.txt").write_text(
        "[sokhan.recipes]\nbroken = no_such_module:RECIPE\ntwice = services.trainer.recipes.vits:VITS\n"
    )
    path = os.pathsep.join([str(tmp_path), str(TOY_PATH), str(Path.cwd())])
    done = subprocess.run(
        [sys.executable, "-c", _LIST], env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True,
        check=True, timeout=60,
    )  # fmt: skip
    names = done.stdout.strip().splitlines()[-1]
    assert names.count("vits") == 1
    assert "toy" in names
    assert done.stdout.count("recipe_not_loaded") == 2
