"""Two processes that share every step make what one makes that has it all, the last and smallest step included."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from services.trainer.process import launch_command
from tests.support.text_trials import Trials

_LIMIT_S = 200
_STEPS = 10

pytestmark = [pytest.mark.siege, pytest.mark.timeout(2 * _LIMIT_S)]


@pytest.mark.parametrize("recipe", ["masked_lm", "classification", "seq2seq"])
def test_two_processes_are_one(trials: Trials, tmp_path: Path, recipe: str) -> None:
    two = _run(trials, tmp_path, recipe, processes=2)
    (one,) = _run(trials, tmp_path, recipe, processes=1)
    assert two[0]["losses"] == two[1]["losses"]
    assert two[0]["weights"] == two[1]["weights"]
    assert two[0]["evaluated"] == two[1]["evaluated"]
    assert 0 in two[1]["samples"]  # a step with nothing for this process
    assert [a + b for a, b in zip(two[0]["samples"], two[1]["samples"], strict=True)] == one["samples"]
    assert two[0]["losses"] == pytest.approx(one["losses"], rel=1e-3)
    assert two[0]["evaluated"] == pytest.approx(one["evaluated"], rel=1e-3)


def _run(trials: Trials, out: Path, recipe: str, *, processes: int) -> list[dict[str, Any]]:
    command = [
        *launch_command(processes, "tests.support.one_text_rank"),
        recipe, str(trials.bases[recipe]), str(trials.datasets[recipe]), str(out), str(4 // processes), str(_STEPS),
    ]  # fmt: skip
    subprocess.run(command, env={**os.environ, "OMP_NUM_THREADS": "1"}, check=True, timeout=_LIMIT_S)
    return [json.loads((out / f"{processes}-{rank}.json").read_text()) for rank in range(processes)]
