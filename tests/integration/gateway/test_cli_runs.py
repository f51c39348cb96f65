"""`sokhan runs …` and `sokhan logs` over runs that have ended."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.command_in_process import sokhan_in_process
from tests.support.command_line import failed, succeeded
from tests.support.gateway_app import GatewayApp
from tests.support.runs import MadeRun, make_named_runs, make_run


@pytest.fixture(scope="module")
def made(gateway: GatewayApp) -> str:
    return make_named_runs(gateway)


def ok(gateway: GatewayApp, *arguments: str) -> str:
    return succeeded(sokhan_in_process(gateway, *arguments))


def refused(gateway: GatewayApp, *arguments: str) -> str:
    return failed(sokhan_in_process(gateway, *arguments))


def test_runs_are_listed_and_shown(gateway: GatewayApp, made: str) -> None:
    assert made in ok(gateway, "runs")
    assert any(run["id"] == made for run in json.loads(ok(gateway, "runs", "--limit", "200", "--json")))
    shown = ok(gateway, "runs", "show", made)
    assert "best at 10, last at 30" in shown
    assert "• loss" in shown
    assert "five" in shown
    assert json.loads(ok(gateway, "runs", "show", "cli-run", "--json"))["id"] == made


def test_a_run_is_found_by_prefix_or_name(gateway: GatewayApp, made: str) -> None:
    for said in (made, "cli-r", "one of a kind"):
        assert "best" in ok(gateway, "runs", "checkpoints", said)
    for said in ("cli-other", "twice"):
        assert "matches 2 runs" in refused(gateway, "runs", "show", said)
    assert "NOT_FOUND" in refused(gateway, "runs", "show", "no such run")


def test_runs_are_compared_and_drawn(gateway: GatewayApp, made: str, tmp_path: Path) -> None:
    picture = tmp_path / "both.png"
    table = ok(gateway, "runs", "compare", made, "cli-other-2", "--plot", str(picture))
    assert "1.45 at 400, last 1.45" in table
    assert "batch_size" in table
    assert picture.read_bytes().startswith(b"\x89PNG")
    data = json.loads(ok(gateway, "runs", "compare", made, "cli-other-2", "--json"))
    assert [run["config"]["batch_size"] for run in data["runs"]] == [4, 8]
    one = tmp_path / "loss.png"
    assert json.loads(ok(gateway, "runs", "plot", made, "-o", str(one), "--json"))["bytes"] == one.stat().st_size
    assert "VALIDATION" in refused(gateway, "runs", "compare", made)


def test_a_run_is_taken_away(gateway: GatewayApp) -> None:
    run = make_run(gateway, MadeRun("cli-gone", checkpoints=(10,)))
    assert "1 checkpoint" in ok(gateway, "runs", "remove", run)
    assert "NOT_FOUND" in refused(gateway, "runs", "show", run)
