"""The custom resources of the chart, against the types of their definitions: KEDA, Gateway API, Prometheus operator."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.support.console import SET_UP_S
from tests.support.kubernetes import Manifest, examples, of_kind, schemas
from tests.support.processes import ROOT

pytestmark = [pytest.mark.siege, pytest.mark.node, pytest.mark.timeout(SET_UP_S + 120)]

_KINDS = ("ScaledObject", "HTTPRoute", "PodMonitor")
_BUILT_IN = re.compile(r"(networking|storage|rbac\.authorization)\.k8s\.io")
# As the chart renders it when it has rules.
_RULE: Manifest = {
    "apiVersion": "monitoring.coreos.com/v1",
    "kind": "PrometheusRule",
    "metadata": {"name": "sokhan"},
    "spec": {"groups": [{"name": "jobs", "rules": [{"alert": "JobsWait", "expr": "up == 0", "for": "5m"}]}]},
}


@pytest.fixture(scope="module")
def checker() -> Path:
    return schemas() / "check.mjs"


def _problems(objects: list[Manifest], checker: Path) -> list[str]:
    node = ROOT / ".venv-console/bin/node"
    done = subprocess.run(
        [node, checker], input=json.dumps(objects), capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: list[str] = json.loads(done.stdout)
    return found


def _resources() -> list[Manifest]:
    return of_kind(examples()["everything"], *_KINDS, "PrometheusRule")


def test_the_definitions_accept_every_custom_resource(checker: Path) -> None:
    objects = [*_resources(), _RULE]
    assert {found["kind"] for found in objects} == {*_KINDS, "PrometheusRule"}
    assert _problems(objects, checker) == []


def test_no_other_custom_resource_is_rendered() -> None:
    groups = ("keda.sh", "gateway.networking.k8s.io", "monitoring.coreos.com")
    kinds = {
        (found["apiVersion"].partition("/")[0], found["kind"]) for objects in examples().values() for found in objects
    }
    custom = {kind for group, kind in kinds if "." in group and not _BUILT_IN.fullmatch(group)}
    assert custom <= {*_KINDS, "PrometheusRule"}
    assert {group for group, kind in kinds if kind in custom} <= set(groups)


@pytest.mark.parametrize("kind", _KINDS)
def test_an_unknown_field_is_refused(kind: str, checker: Path) -> None:
    broken = next(found for found in _resources() if found["kind"] == kind)
    broken["spec"]["surprise"] = True
    (problem,) = _problems([broken], checker)
    assert "surprise" in problem


@pytest.mark.parametrize(
    ("kind", "path", "value"),
    [
        ("ScaledObject", ("scaleTargetRef", "replicas"), 1),
        ("ScaledObject", ("triggers", 0, "metadata", "threshold"), 2),
        ("ScaledObject", ("fallback", "behavior"), "guess"),
        ("HTTPRoute", ("rules", 0, "timeouts", "request"), "1 hour"),
        ("HTTPRoute", ("rules", 0, "timeouts", "idle"), "1h"),
        ("PodMonitor", ("podMetricsEndpoints", 0, "interval"), "often"),
        ("PodMonitor", ("podMetricsEndpoints", 0, "ports"), "operations"),
    ],
)
def test_a_wrong_field_deep_inside_is_refused(
    kind: str, path: tuple[str | int, ...], value: object, checker: Path
) -> None:
    broken = next(found for found in _resources() if found["kind"] == kind)
    place = broken["spec"]
    for step in path[:-1]:
        place = place[step]
    place[path[-1]] = value
    assert _problems([broken], checker) != []
