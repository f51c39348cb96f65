"""The chart's files without helm: the schema knows the settings, and the values are documented."""

from __future__ import annotations

import json
import re
import tomllib
from itertools import pairwise

import yaml

from tests.support.processes import ROOT
from tools.charts import CHART, RULES, SCHEMA, schema

# Documented by their members.
_GROUPS = {
    *("image", "gateway", "downloader", "scanner", "trainer", "synth", "nats", "mongo", "monitoring"),
    *("autoscaling", "service", "scaling", "gpu", "timeouts", "podMonitor", "rules", "requests", "podSelector"),
}


def test_the_schema_names_the_settings_that_there_are() -> None:
    assert SCHEMA.read_text(encoding="utf-8") == schema(), "run make charts"


def test_no_secret_is_among_the_settings() -> None:
    names = json.loads(SCHEMA.read_text())["$defs"]["settings"]["properties"].keys()
    assert {
        name for name in names if re.search("PASSWORD|_KEY$|SECRET|CREDENTIAL|STORE_URL|NATS_(?!REPLICAS)", name)
    } == set()
    assert not {"SOKHAN_TOKEN", "HF_TOKEN"} & set(names)


def test_every_object_of_the_schema_is_closed() -> None:
    def visit(place: object, path: str) -> list[str]:
        if isinstance(place, list):
            return [name for item in place for name in visit(item, path)]
        if not isinstance(place, dict):
            return []
        open_object = place.get("type") == "object" and "additionalProperties" not in place
        return ([path] if open_object else []) + [
            name for key, item in place.items() for name in visit(item, f"{path}/{key}")
        ]

    document = json.loads(SCHEMA.read_text())
    # Kubernetes knows these; the chart hands them on.
    affinity = {f"/$defs/affinity/properties/{name}" for name in ("nodeAffinity", "podAffinity", "podAntiAffinity")}
    assert set(visit(document, "")) == affinity


def test_every_value_is_documented() -> None:
    lines = (CHART / "values.yaml").read_text(encoding="utf-8").splitlines()
    documented: set[str] = set()
    undocumented: set[str] = set()
    for above, line in pairwise(lines):
        if found := re.match(r" *(\w+):", line):
            (documented if above.strip().startswith("#") else undocumented).add(found[1])
    # A name that several services have is documented where it comes first.
    assert undocumented - documented <= _GROUPS


def test_the_rules_are_those_of_compose() -> None:
    """Helm reads no file outside of the chart, so these are copies."""
    copies, sources = (
        {path.name: path.read_text(encoding="utf-8") for path in folder.glob("*.yml")}
        for folder in (CHART / "rules", RULES)
    )
    assert copies == sources, "run make charts; remove what is left over"


def test_the_charts_version_of_sokhan_is_that_of_the_code() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert yaml.safe_load((CHART / "Chart.yaml").read_text())["appVersion"] == project["version"]
