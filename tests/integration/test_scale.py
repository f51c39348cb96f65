"""From a real platform to the tables, with few requests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.scale.__main__ import measure, show
from bench.scale.checking import USERS


@pytest.mark.siege
@pytest.mark.timeout(600)
def test_what_is_measured_is_modelled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    found = measure(tmp_path, share=0.1)
    costs = found.costs
    assert 0.0001 < costs.store.write < 0.1
    assert 0.01 < sum(costs.sentence.alone) / len(costs.sentence.alone) < 5
    assert costs.jobs.step > 0.01
    assert [one.users for one in found.comparisons] == list(USERS)
    assert all(one.real.rate > 0 for one in found.comparisons)
    show(found)
    assert "gives first" in capsys.readouterr().out
