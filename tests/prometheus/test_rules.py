"""The alerts: each fires and resolves in Prometheus's own test engine, names a runbook, and asks for what exists."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.prometheus.scenarios import SCENARIOS, Scenario
from tools.metrics_table import metric_names

ROOT = Path(__file__).parents[2]
FILE = ROOT / "deploy/prometheus/rules/sokhan.yml"
RULES = [rule for group in yaml.safe_load(FILE.read_text())["groups"] for rule in group["rules"]]
NAMES = [rule["alert"] for rule in RULES]
needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool is not installed (Debian: apt install prometheus)"
)


def test_each_alert_but_the_watchdog_has_a_scenario() -> None:
    assert len(NAMES) == len(set(NAMES))
    assert {scenario.alert for scenario in SCENARIOS} == set(NAMES) - {"SokhanWatchdog"}


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_each_alert_says_what_it_is_and_names_its_runbook(rule: dict[str, dict[str, str]]) -> None:
    assert rule["labels"]["severity"] in {"page", "warning", "none"}
    assert rule["annotations"]["summary"].endswith(".")
    runbook = (ROOT / rule["annotations"]["runbook"]).read_text()
    assert f"`{rule['alert']}`" in runbook
    assert re.findall(r"^## (.+)$", runbook, re.MULTILINE) == ["What it means", "What to look at", "What to do"]


@pytest.mark.parametrize("rule", RULES, ids=NAMES)
def test_each_alert_asks_for_metrics_that_exist(rule: dict[str, str]) -> None:
    asked = set(re.findall(r"\bsokhan_\w+", rule["expr"]))
    assert asked <= metric_names()


@needs_promtool
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.alert)
def test_each_alert_fires_and_resolves(scenario: Scenario, tmp_path: Path) -> None:
    query = f'count(ALERTS{{alertname="{scenario.alert}", alertstate="firing"}}) or vector(0)'
    expected = {scenario.quiet: 0, scenario.firing: 1, scenario.resolved: 0}
    test = {
        "interval": "1m",
        "input_series": [{"series": series, "values": values} for series, values in scenario.series.items()],
        "promql_expr_test": [
            {"expr": query, "eval_time": f"{minute}m", "exp_samples": [{"labels": "{}", "value": value}]}
            for minute, value in expected.items()
        ],
    }
    file = tmp_path / "test.yml"
    file.write_text(yaml.safe_dump({"rule_files": [str(FILE)], "evaluation_interval": "1m", "tests": [test]}))
    done = subprocess.run(["promtool", "test", "rules", file], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr


@needs_promtool
def test_prometheus_accepts_the_rules() -> None:
    done = subprocess.run(["promtool", "check", "rules", FILE], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(RULES)} rules" in done.stdout


@pytest.mark.skipif(shutil.which("amtool") is None, reason="amtool is not installed (Debian: prometheus-alertmanager)")
def test_alertmanager_accepts_its_configuration() -> None:
    config = ROOT / "deploy/prometheus/alertmanager.yml"
    done = subprocess.run(["amtool", "check-config", config], capture_output=True, text=True, check=False, timeout=60)
    assert done.returncode == 0, done.stdout + done.stderr
