"""A run of several processes: gradients are shared, and to the supervisor it is one child like any other."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
from pathlib import Path

import pytest
import torch
from safetensors.torch import load_file

from services.trainer.interface.protocol import CheckpointSaved, ChildControl, Finished, Message, Step
from services.trainer.process import ChildProcess, launch_command
from tests.support.training import Runs

pytestmark = pytest.mark.siege

_QUIET = {"OMP_NUM_THREADS": "1"}
_LIMIT_S = 180


def test_two_processes_end_with_equal_weights(runs: Runs, tmp_path: Path) -> None:
    command = [*launch_command(2, "tests.support.one_rank"), str(runs.dataset), str(tmp_path)]
    subprocess.run(command, env={**os.environ, **_QUIET}, check=True, timeout=_LIMIT_S)
    first, second = (load_file(tmp_path / f"{rank}.safetensors") for rank in (0, 1))
    assert first.keys() == second.keys()
    assert all(torch.equal(first[name], second[name]) for name in first)
    told = [json.loads((tmp_path / f"{rank}.json").read_text()) for rank in (0, 1)]
    assert told[0]["losses"] == told[1]["losses"]
    assert told[0]["seen"] != told[1]["seen"]  # each learnt from its own share, or equal weights would prove nothing


async def test_the_supervisor_sees_one_child(runs: Runs) -> None:
    spec = runs.spec("shared", processes=2, batch_size=1, max_steps=4, checkpoint_every=2, evaluate_every=2)
    messages = await _train(spec.run_id, runs, spec.line(), stop_at=None)
    assert [m.step for m in messages if isinstance(m, Step)] == [1, 2, 3, 4]
    assert [m.step for m in messages if isinstance(m, CheckpointSaved)] == [2, 4]
    finished = messages[-1]
    assert isinstance(finished, Finished)
    assert (finished.reason, finished.step) == ("completed", 4)
    assert finished.product is not None


async def test_all_of_them_stop_between_the_same_two_steps(runs: Runs) -> None:
    spec = runs.spec("shared-stop", processes=2, batch_size=1, max_steps=500, checkpoint_every=500, evaluate_every=500)
    messages = await _train(spec.run_id, runs, spec.line(), stop_at=2)
    finished = messages[-1]
    assert isinstance(finished, Finished)
    assert finished.reason == "paused"
    assert 2 <= finished.step < 20
    assert finished.last_step == finished.step


async def _train(run_id: str, runs: Runs, line: bytes, stop_at: int | None) -> list[Message]:
    messages: list[Message] = []
    spec = type(runs.spec(run_id)).model_validate_json(line)
    async with asyncio.timeout(_LIMIT_S):
        child = await ChildProcess.start(spec, _QUIET, processes=2)
        try:
            async for message in child.messages():
                messages.append(message)
                if isinstance(message, Step) and message.step == stop_at:
                    await child.send(ChildControl(action="pause"))
            await child.wait()
        finally:
            await child.end()
    return messages
