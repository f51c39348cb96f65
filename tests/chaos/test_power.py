"""Three power cuts; `python -m tests.chaos.power` makes fifty."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.chaos.power import CannotMount, cut_power


@pytest.mark.siege
@pytest.mark.timeout(600)
async def test_what_was_accepted_survives_a_power_cut(tmp_path: Path) -> None:
    try:
        assert await cut_power(tmp_path / "power", seed=1, cuts=3) == []
    except CannotMount as reason:
        pytest.skip(f"no file system of its own can be mounted here: {reason}")
