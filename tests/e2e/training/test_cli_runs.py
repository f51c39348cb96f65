"""`sokhan runs …` and `sokhan logs` over runs that have ended."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from tests.support.command_line import failed, sokhan_command, succeeded
from tests.support.platform import Platform
from tests.support.runs import make_named_runs


@pytest.fixture(scope="module")
def made(sokhan: Platform) -> str:
    return make_named_runs(sokhan)


def ok(sokhan: Platform, *arguments: str) -> str:
    return succeeded(sokhan_command(sokhan, *arguments))


def refused(sokhan: Platform, *arguments: str) -> str:
    return failed(sokhan_command(sokhan, *arguments))


def test_a_checkpoint_is_fetched_deployed_undeployed_and_removed(sokhan: Platform, made: str, tmp_path: Path) -> None:
    target = tmp_path / "kept.tar"
    ok(sokhan, "runs", "fetch", made, "20", "-o", str(target))
    with tarfile.open(target) as archive:
        assert "one of a kind-20/model.safetensors" in archive.getnames()
    assert "NOT_FOUND" in refused(sokhan, "runs", "fetch", made, "21", "-o", str(tmp_path / "none.tar"))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["kept.tar"]
    assert "version 1" in ok(sokhan, "runs", "deploy", made, "20", "--name", "by hand")
    assert "by hand" in ok(sokhan, "runs", "checkpoints", made)
    assert "`sokhan runs undeploy`" in refused(sokhan, "runs", "remove", made)
    assert "CONFLICT" in refused(sokhan, "runs", "remove", made, "20")
    ok(sokhan, "runs", "undeploy", made, "20")
    ok(sokhan, "runs", "remove", made, "20")
    steps = [c["step"] for c in json.loads(ok(sokhan, "runs", "checkpoints", made, "--json"))]
    assert steps == [10, 30]


def test_logs_have_an_end_and_a_level(sokhan: Platform, made: str) -> None:
    def said(*arguments: str) -> list[str]:
        return [line.split()[-1] for line in ok(sokhan, "logs", made, *arguments).splitlines()]

    assert said() == ["one", "two", "three", "four", "five"]
    assert said("--tail", "2") == ["four", "five"]
    assert said("--level", "warning") == ["three", "four"]
    assert said("--level", "info", "--tail", "3", "-f") == ["three", "four", "five"]
    assert sokhan_command(sokhan, "logs", made, "--level", "loud").returncode == 2
