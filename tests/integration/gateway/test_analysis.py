"""Runs at a glance, side by side, and drawn."""

from __future__ import annotations

import math

import httpx2
import pytest

from shared.contracts.states import JobState
from tests.support.gateway_app import GatewayApp
from tests.support.runs import MadeRun, make_run

STEPS = 3000


@pytest.fixture(scope="module")
def pair(gateway: GatewayApp) -> tuple[str, str]:
    """Two runs of 3,000 steps; the first has one spike."""
    falling = [1 + 5 / math.sqrt(step) for step in range(1, STEPS + 1)]
    spiked = list(falling)
    spiked[1776] = 99.0
    one = MadeRun("pair-1", name="a", values={"loss": spiked, "val_loss": falling}, config={"batch_size": 4, "seed": 1})
    two = MadeRun(
        "pair-2", name="b", values={"loss": [2 * v for v in falling], "accuracy": [n / STEPS for n in range(STEPS)]},
        config={"batch_size": 8, "seed": 1}, logs=[("info", f"line {n}") for n in range(80)], checkpoints=(1000, 2000),
    )  # fmt: skip
    return make_run(gateway, one), make_run(gateway, two)


def test_a_long_runs_curve_keeps_its_peak_and_its_ends(client: httpx2.Client, pair: tuple[str, str]) -> None:
    for query in ("points=100", "points=100&keys=loss", "points=20", "points=2000", "points=100&from=500&to=2500"):
        found = client.get(f"/api/training/{pair[0]}/metrics?{query}").json()["data"]
        steps = [point["step"] for point in found["points"]]
        assert len(steps) <= int(query.split("=")[1].split("&")[0])
        assert steps == sorted(set(steps))
        assert (steps[0], steps[-1]) == ((500, 2500) if "from" in query else (1, STEPS))
        assert {point["step"]: point.get("loss") for point in found["points"]}[1777] == 99.0
    assert found["keys"] == ["loss", "val_loss"]
    assert set(found["points"][0]) == {"step", "epoch", "time", "loss", "val_loss"}


def test_every_run_at_a_glance(gateway: GatewayApp, client: httpx2.Client, pair: tuple[str, str]) -> None:
    make_run(gateway, MadeRun("glance-theirs", owner="somebody"))
    with gateway.acting_as("zahra"):
        assert client.get("/api/analysis/training/jobs?limit=200").json()["data"] == []
    found = {run["id"]: run for run in client.get("/api/analysis/training/jobs?limit=200").json()["data"]}
    assert "glance-theirs" in found, "a sole owner has the runs of everyone"
    one, two = (found[run] for run in pair)
    assert (one["state"], one["progress"], one["datasets"]) == ("completed", 100.0, ["local/texts"])
    assert one["trainLoss"] == one["valLoss"] == pytest.approx(1 + 5 / math.sqrt(STEPS))
    assert (two["accuracy"], two["valLoss"]) == ((STEPS - 1) / STEPS, None)
    assert (two["bestCheckpoint"]["step"], two["lastCheckpoint"]["step"]) == (1000, 2000)


def test_one_run_as_it_stands(client: httpx2.Client, pair: tuple[str, str]) -> None:
    found = client.get(f"/api/analysis/training/status/{pair[1]}").json()["data"]
    assert found["metrics"]["accuracy"] == (STEPS - 1) / STEPS
    assert 100 < len(found["history"]["points"]) <= 300
    assert [line["seq"] for line in found["logs"]] == list(range(31, 81))
    assert found["config"] == {"batch_size": 8, "seed": 1}


def test_two_runs_side_by_side(client: httpx2.Client, pair: tuple[str, str]) -> None:
    found = client.get(f"/api/analysis/training/compare?runs={pair[0]},{pair[1]}&points=50").json()["data"]
    assert found["keys"] == ["accuracy", "loss", "val_loss"]
    one, two = found["runs"]
    assert (one["config"], two["config"]) == ({"batch_size": 4}, {"batch_size": 8})
    assert one["best"]["loss"] == {"step": STEPS, "value": pytest.approx(1 + 5 / math.sqrt(STEPS))}
    assert two["best"]["accuracy"]["step"] == STEPS
    assert "accuracy" not in one["best"]
    assert all(len(run["points"]) <= 50 for run in found["runs"])


@pytest.mark.parametrize("runs", ["pair-1", "", "pair-1,pair-1", ",".join(f"r{n}" for n in range(9))])
def test_a_comparison_takes_two_to_eight_runs(client: httpx2.Client, pair: tuple[str, str], runs: str) -> None:
    for path in ("compare", "compare/plot.png"):
        answer = client.get(f"/api/analysis/training/{path}", params={"runs": runs})
        assert (answer.status_code, answer.json()["error"]["code"]) == (422, "VALIDATION")


def test_a_strangers_run_is_in_no_comparison(gateway: GatewayApp, client: httpx2.Client, pair: tuple[str, str]) -> None:
    make_run(gateway, MadeRun("compare-theirs", owner="somebody"))
    make_run(gateway, MadeRun("compare-mine", owner="zahra"))
    with gateway.acting_as("zahra"):
        for path in ("compare", "compare/plot.png"):
            answer = client.get(f"/api/analysis/training/{path}?runs=compare-mine,compare-theirs")
            assert answer.status_code == 404
        assert client.get("/api/analysis/training/status/compare-theirs").status_code == 404


def test_curves_are_drawn(client: httpx2.Client, pair: tuple[str, str]) -> None:
    for path in (
        f"/api/training/{pair[0]}/plot.png",
        f"/api/training/{pair[1]}/plot.png?keys=accuracy",
        f"/api/analysis/training/compare/plot.png?runs={pair[0]},{pair[1]}",
    ):
        picture = client.get(path)
        assert (picture.status_code, picture.headers["content-type"]) == (200, "image/png"), picture.text
        assert picture.content.startswith(b"\x89PNG")
        assert len(picture.content) > 10_000
    assert client.get(f"/api/training/{pair[0]}/plot.png?keys=none").status_code == 422


def test_a_run_without_a_step_has_an_empty_curve(gateway: GatewayApp, client: httpx2.Client) -> None:
    run = make_run(gateway, MadeRun("empty", values={"loss": [1.0]}, state=JobState.FAILED))
    assert client.get(f"/api/training/{run}/metrics?from=50").json()["data"] == {"keys": [], "points": []}
