"""What changes the number of pods: nothing in the middle of a run (ADR 35)."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from prometheus_client import CollectorRegistry, generate_latest

from services.gateway.system.installation import InstallationMetrics
from shared.contracts.permissions import WORKERS
from shared.contracts.states import JobKind, JobState
from tests.support.kubernetes import SERVICES, Manifest, examples, of_kind

every_example = pytest.mark.parametrize("objects", [pytest.param(found, id=name) for name, found in examples().items()])


def _scaled(objects: list[Manifest]) -> set[str]:
    """The names of the Deployments whose number of pods something changes."""
    return {
        found["spec"]["scaleTargetRef"]["name"] for found in of_kind(objects, "HorizontalPodAutoscaler", "ScaledObject")
    }


@every_example
def test_nothing_scales_the_trainer(objects: list[Manifest]) -> None:
    assert "sokhan-trainer" not in _scaled(objects)
    assert of_kind(objects, "ScaledJob") == []


@every_example
def test_a_deployment_has_replicas_unless_something_else_sets_them(objects: list[Manifest]) -> None:
    fixed = {found["metadata"]["name"] for found in of_kind(objects, "Deployment") if "replicas" in found["spec"]}
    assert fixed | _scaled(objects) == {f"sokhan-{name}" for name in SERVICES}
    assert fixed & _scaled(objects) == set()


def test_keda_scales_the_workers_by_the_jobs_of_their_kind() -> None:
    scaled = of_kind(examples()["everything"], "ScaledObject")
    assert len(scaled) == 3
    for found in scaled:
        component = found["metadata"]["labels"]["app.kubernetes.io/component"]
        query = found["spec"]["triggers"][0]["metadata"]["query"]
        asked = re.fullmatch(
            r'sum\(max by \(state\) \(sokhan_jobs\{namespace="sokhan",kind="(\w+)",state=~"(\w+)\|(\w+)"\}\)\)', query
        )
        assert asked, query
        assert WORKERS[component] is JobKind(asked[1])
        assert {JobState(asked[2]), JobState(asked[3])} == {JobState.QUEUED, JobState.RUNNING}
        assert found["spec"]["triggers"][0]["metadata"]["ignoreNullValues"] == "false"
        assert found["spec"]["fallback"]["replicas"] >= 1


def test_the_gateways_export_what_the_query_asks_for() -> None:
    registry = CollectorRegistry()
    InstallationMetrics(registry).jobs.labels(kind="speech", state="queued").set(3)
    assert b'sokhan_jobs{kind="speech",state="queued"} 3.0' in generate_latest(registry)


def test_pods_go_one_at_a_time_after_a_quiet_time() -> None:
    for found in of_kind(examples()["everything"], "ScaledObject", "HorizontalPodAutoscaler"):
        spec = found["spec"]
        behavior = spec.get("behavior") or spec["advanced"]["horizontalPodAutoscalerConfig"]["behavior"]
        assert behavior["scaleDown"]["stabilizationWindowSeconds"] >= 600
        assert behavior["scaleDown"]["policies"] == [{"type": "Pods", "value": 1, "periodSeconds": 120}]


@every_example
def test_every_service_has_a_disruption_budget_that_lets_a_node_be_drained(objects: list[Manifest]) -> None:
    budgets = of_kind(objects, "PodDisruptionBudget")
    chosen = {found["spec"]["selector"]["matchLabels"]["app.kubernetes.io/component"] for found in budgets}
    assert chosen == set(SERVICES)
    assert all(found["spec"]["maxUnavailable"] == 1 for found in budgets)


def test_a_query_counts_the_jobs_of_the_store_once_and_of_this_installation_only(tmp_path: Path) -> None:
    """Prometheus's own engine, with two gateways that read the same store, one of them a scrape late."""
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: apt install prometheus)")
    (query,) = [
        found["spec"]["triggers"][0]["metadata"]["query"]
        for found in of_kind(examples()["everything"], "ScaledObject")
        if found["metadata"]["name"] == "sokhan-synth"
    ]
    jobs = 'sokhan_jobs{namespace="%s",pod="%s",kind="%s",state="%s"}'
    series = {
        jobs % ("sokhan", "a", "speech", "queued"): 3,
        jobs % ("sokhan", "b", "speech", "queued"): 2,
        jobs % ("sokhan", "a", "speech", "running"): 1,
        jobs % ("sokhan", "b", "speech", "running"): 1,
        jobs % ("sokhan", "a", "speech", "failed"): 50,
        jobs % ("sokhan", "a", "training", "queued"): 50,
        jobs % ("other", "a", "speech", "queued"): 50,
    }
    test = {
        "interval": "1m",
        "input_series": [{"series": name, "values": f"{value}x5"} for name, value in series.items()],
        "promql_expr_test": [{"expr": query, "eval_time": "3m", "exp_samples": [{"labels": "{}", "value": 4}]}],
    }
    file = tmp_path / "test.yml"
    file.write_text(yaml.safe_dump({"rule_files": [], "tests": [test]}))
    checked = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr
