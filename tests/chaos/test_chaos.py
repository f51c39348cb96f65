"""Twenty-five faults with a fixed seed; `make chaos` inflicts five hundred."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.run import Settings, run


@pytest.mark.siege
@pytest.mark.timeout(600)
async def test_nothing_is_lost_and_nothing_happens_twice(tmp_path: Path) -> None:
    report = await run(Settings(tmp_path / "chaos", seed=20261129, faults=25, every=13))
    assert report.faults.total() >= 25
    assert report.operations["ok"] > 20
    assert report.violations == []
