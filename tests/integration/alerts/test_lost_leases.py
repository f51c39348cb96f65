"""Workers that stand still for longer than their lease, under a real Prometheus."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.integration.alerts.alerting import Alerting
from tests.integration.alerts.hastened import hastened_rules
from tests.support.platform import Platform, platform
from tests.support.processes import Process, free_port, start_python, wait_until
from tests.support.prometheus import need_prometheus, prometheus
from tests.support.write_lock import freeze_outside_a_write

pytestmark = [pytest.mark.siege, pytest.mark.timeout(300)]


def test_a_run_that_goes_back_and_forth_between_two_trainers(tmp_path: Path) -> None:
    """The trainer that has it stands still, the other one takes it; none of them restarts."""
    need_prometheus()
    ports = {"trainer": free_port(), "other": free_port()}
    with (
        platform(tmp_path / "sokhan", names=("gateway", "scanner")) as built,
        prometheus(tmp_path / "prometheus", ports, hastened_rules()) as url,
    ):
        for name, port in ports.items():
            settings = built.settings("trainer") | {"SOKHAN_OPS_PORT": str(port)}
            built.processes[name] = start_python("services.trainer", built.folder / f"{name}.log", settings)
        built.wait_ready(("trainer",))
        alerting = Alerting(built, url, ports, {})
        trainers = [built.processes[name] for name in ports]
        run = _start_run(built)
        for attempt in (1, 2, 3):
            owner = _owner(trainers, attempt)
            freeze_outside_a_write(owner, built.data / "sokhan.db")
            _owner(trainers, attempt + 1)
            owner.wake()
        alerting.wait_for("SokhanLeaseLosses")
        assert "SokhanRestarts" not in alerting.firing()
        with built.client() as client:
            client.delete(f"/api/training/{run}").raise_for_status()
        alerting.wait_without("SokhanLeaseLosses")


def _start_run(built: Platform) -> str:
    with built.client() as client:
        lines = b'{"text": "salam"}\n' * 30
        client.post("/api/datasets", files={"file": ("t.jsonl", lines)}, data={"name": "texts"}).raise_for_status()
        wait_until(lambda: client.get("/api/datasets").json()["data"] != [], 30, "the data set is there")
        config = {"max_steps": 100_000, "batch_size": 2, "step_seconds": 0.05}
        body = {"recipe": "toy", "datasets": ["local/texts"], "config": config}
        return str(client.post("/api/training", json=body).json()["data"]["id"])


def _owner(trainers: list[Process], attempt: int) -> Process:
    """The trainer that claims this attempt."""
    found: list[Process] = []

    def claimed() -> bool:
        found.extend(trainer for trainer in trainers if _has_claimed(trainer, attempt))
        return bool(found)

    wait_until(claimed, 30, f"attempt {attempt} is claimed")
    return found[0]


def _has_claimed(trainer: Process, attempt: int) -> bool:
    return any(line.get("event") == "job_claimed" and line.get("attempt") == attempt for line in trainer.lines())
