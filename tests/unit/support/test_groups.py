"""Which tests share a worker."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.groups import ORDER, SHARED, WHOLE_FOLDERS, group, rank
from tests.support.processes import ROOT


def test_a_test_without_a_shared_fixture_is_grouped_with_its_file(request: pytest.FixtureRequest) -> None:
    assert group(request.node) == "tests/unit/support/test_groups.py"
    assert rank(request.node)[0] == len(ORDER)  # among the last


@pytest.mark.parametrize(("folder", "fixture"), SHARED)
def test_every_shared_fixture_is_where_it_is_said_to_be(folder: str, fixture: str) -> None:
    assert f"\ndef {fixture}(" in (ROOT / folder / "conftest.py").read_text(encoding="utf-8")


@pytest.mark.parametrize("slow", [*ORDER, *WHOLE_FOLDERS])
def test_every_folder_exists(slow: str) -> None:
    assert Path(ROOT, slow.partition(":")[0]).is_dir()
