"""What can be said of the containers without an engine: the files agree with each other and with the code."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from pydantic import AliasChoices

from shared.config import Settings
from shared.telemetry import Metrics

ROOT = Path(__file__).parents[2]
SERVICES = {"gateway", "downloader", "scanner", "trainer", "synth"}
LIGHT = {"gateway", "downloader", "scanner"}
DASHBOARD = ROOT / "deploy/grafana/dashboards/overview.json"


@pytest.fixture(scope="module")
def compose_text() -> str:
    return (ROOT / "docker-compose.yml").read_text()


@pytest.fixture(scope="module")
def services(compose_text: str) -> dict[str, dict[str, object]]:
    found: dict[str, dict[str, object]] = yaml.safe_load(compose_text)["services"]
    return found


@pytest.fixture(scope="module")
def stages() -> dict[str, str]:
    """The text of every stage of the Dockerfile by its name."""
    text = (ROOT / "deploy/docker/Dockerfile").read_text()
    parts = re.split(r"^FROM (\S+) AS (\S+)$", text, flags=re.MULTILINE)
    return dict(zip(parts[2::3], parts[3::3], strict=True))


@pytest.fixture(scope="module")
def expressions() -> dict[str, str]:
    """Every query of the dashboard by its panel's title and letter."""
    panels = json.loads(DASHBOARD.read_text())["panels"]
    return {
        f"{panel['title']} {panel['id']}{target['refId']}": target["expr"].replace("$__rate_interval", "1m")
        for panel in panels
        for target in panel.get("targets", ())
    }


def environment(service: dict[str, object]) -> dict[str, object]:
    found = service["environment"]
    assert isinstance(found, dict)
    return found


def test_the_five_services_and_what_they_stand_on_are_there(services: dict[str, dict[str, object]]) -> None:
    assert set(services) == SERVICES | {"nats", "mongo", "prometheus", "grafana"}


def test_what_is_not_ours_is_pinned(services: dict[str, dict[str, object]]) -> None:
    for name in set(services) - SERVICES:
        assert re.search(r":v?\d+\.\d+\.\d+", str(services[name]["image"])), name


def test_every_service_builds_its_own_target(services: dict[str, dict[str, object]], stages: dict[str, str]) -> None:
    assert set(stages) >= SERVICES
    for name in SERVICES:
        build = services[name]["build"]
        assert isinstance(build, dict)
        assert build["target"] == name
        assert (ROOT / build["dockerfile"]).is_file()


def test_a_service_runs_as_nobody_in_particular_and_hears_sigterm(stages: dict[str, str]) -> None:
    for name in SERVICES:
        assert "USER sokhan" in stages[name]
        # Exec form: a shell in between would keep the signal to itself.
        assert f'CMD ["python", "-m", "services.{name}"]' in stages[name]


def test_torch_is_in_no_image_that_does_not_need_it(stages: dict[str, str]) -> None:
    for name in LIGHT:
        assert f"requirements/{name}.txt" in stages[name]
        pinned = (ROOT / f"requirements/{name}.txt").read_text()
        assert not re.search(r"^(torch|coqui|transformers)", pinned, flags=re.MULTILINE), name


def test_services_are_hardened(services: dict[str, dict[str, object]]) -> None:
    for name, service in services.items():
        assert service["cap_drop"] == ["ALL"], name
        assert service["security_opt"] == ["no-new-privileges:true"], name
        assert "mem_limit" in service, name
        assert "privileged" not in service, name
    assert all(services[name]["read_only"] for name in SERVICES)


def test_nothing_is_published_beyond_this_machine_by_default(services: dict[str, dict[str, object]]) -> None:
    published = {name: service["ports"] for name, service in services.items() if "ports" in service}
    assert set(published) == {"gateway", "prometheus", "grafana"}
    assert all("127.0.0.1" in str(ports) for ports in published.values())


def test_secrets_have_no_default(compose_text: str) -> None:
    secrets = set(re.findall(r"\$\{(\w*(?:PASSWORD|TOKEN)\w*)", compose_text))
    assert secrets == {"SOKHAN_TOKEN", "SOKHAN_NATS_PASSWORD", "SOKHAN_MONGO_PASSWORD", "SOKHAN_GRAFANA_PASSWORD"}
    for name in secrets:
        assert f"${{{name}:?" in compose_text
        assert f"${{{name}:-" not in compose_text


def test_every_variable_is_documented(compose_text: str, services: dict[str, dict[str, object]]) -> None:
    handed_on = {name for s in SERVICES for name, value in environment(services[s]).items() if value is None}
    variables = set(re.findall(r"\$\{(\w+)", compose_text)) | handed_on
    manual = (ROOT / "docs/operations.md").read_text()
    assert [name for name in sorted(variables) if f"`{name}`" not in manual] == []


def test_every_setting_that_a_container_gets_exists(services: dict[str, dict[str, object]]) -> None:
    known = {f"SOKHAN_{name.upper()}" for name in Settings.model_fields}
    for field in Settings.model_fields.values():
        if isinstance(field.validation_alias, AliasChoices):
            known |= {str(choice) for choice in field.validation_alias.choices}
    known |= {"HTTPS_PROXY", "NO_PROXY"}  # read by every program that speaks HTTP, ours included
    for name in SERVICES:
        assert set(environment(services[name])) - known == set(), name


def test_prometheus_scrapes_the_five_services_where_they_listen(stages: dict[str, str]) -> None:
    config = yaml.safe_load((ROOT / "deploy/prometheus/prometheus.yml").read_text())
    targets = {job["job_name"]: job["static_configs"][0]["targets"] for job in config["scrape_configs"]}
    assert set(targets) == SERVICES
    for name, target in targets.items():
        port = re.search(r"EXPOSE (\d+)", stages[name])
        assert port
        assert target == [f"{name}:{port[1]}"]


def test_the_dashboard_asks_only_for_metrics_that_exist(expressions: dict[str, str]) -> None:
    exposed = {"up"}
    for family in Metrics("test").registry.collect():
        suffixes = {"counter": ("_total",), "histogram": ("_bucket", "_sum", "_count")}.get(family.type, ("",))
        exposed |= {family.name + suffix for suffix in suffixes}
    for panel, expression in expressions.items():
        without_labels = re.sub(r"\{[^}]*\}|by \([^)]*\)|\[[^]]*\]", "", expression)
        asked = set(re.findall(r"\b(?:sokhan|process|python)_\w+|\bup\b", without_labels))
        assert asked, panel
        assert asked <= exposed, panel


def test_the_dashboard_groups_only_by_labels_that_exist(expressions: dict[str, str]) -> None:
    labels = {"le", "method", "route", "status", "protocol", "kind", "state", "subject", "outcome", "operation"}
    for panel, expression in expressions.items():
        for group in re.findall(r"by \(([^)]*)\)", expression):
            assert set(group.split(", ")) <= labels, panel


def test_the_dashboards_queries_are_promql(expressions: dict[str, str], tmp_path: Path) -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: apt install prometheus)")
    rules = [{"record": f"panel:{n}", "expr": expression} for n, expression in enumerate(expressions.values())]
    file = tmp_path / "rules.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "dashboard", "rules": rules}]}))
    checked = subprocess.run(["promtool", "check", "rules", file], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_prometheus_accepts_its_configuration() -> None:
    if shutil.which("promtool") is None:
        pytest.skip("promtool is not installed (Debian: apt install prometheus)")
    config = ROOT / "deploy/prometheus/prometheus.yml"
    checked = subprocess.run(["promtool", "check", "config", config], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout + checked.stderr


def test_grafana_is_given_the_datasource_that_the_dashboard_names() -> None:
    provisioning = ROOT / "deploy/grafana/provisioning"
    sources = yaml.safe_load((provisioning / "datasources/prometheus.yml").read_text())["datasources"]
    uids = {panel["datasource"]["uid"] for panel in json.loads(DASHBOARD.read_text())["panels"] if "targets" in panel}
    assert uids == {source["uid"] for source in sources}
    assert yaml.safe_load((provisioning / "dashboards/sokhan.yml").read_text())["providers"]


def test_a_build_never_sees_secrets_or_data() -> None:
    patterns = (ROOT / ".dockerignore").read_text().split("\n")
    assert "*" in patterns, "everything is out unless it is named"
    allowed = {pattern.removeprefix("!") for pattern in patterns if pattern.startswith("!")}
    assert allowed == {"pyproject.toml", "README.md", "requirements", "shared", "services", "cli"}
