from __future__ import annotations

from pathlib import Path

import pytest

from shared.files import DataTree


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    made = DataTree(tmp_path)
    made.prepare()
    return made
