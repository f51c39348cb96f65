"""The panels of a generated dashboard, with the data of their queries and their places in the grid."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, get_args

from tools.dashboards.model import Unit
from tools.dashboards.prometheus import PrometheusApi, Series, expanded

POINTS = 200
"""Of a series, at most."""


@dataclass(frozen=True, slots=True)
class Span:
    """The time of the picture. `rate_interval`: in Prometheus's notation, at least four scrapes."""

    start: float
    end: float
    rate_interval: str

    @property
    def step(self) -> float:
        return max(1.0, (self.end - self.start) / POINTS)


@dataclass(frozen=True, slots=True)
class Place:
    x: int
    y: int
    w: int
    h: int


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    series: Series


@dataclass(frozen=True, slots=True)
class Drawn:
    """A panel with its data. `kind`: Grafana's, such as `timeseries`. `limits`: value and colour, ascending."""

    kind: str
    title: str
    place: Place
    unit: Unit = "short"
    data: Sequence[Named] = ()
    limits: Sequence[tuple[float | None, str]] = ()
    texts: dict[float, str] | None = None
    stacked: bool = False
    empty: str = "No data"


def drawn(file: Path, api: PrometheusApi, span: Span) -> tuple[str, list[Drawn]]:
    """The title and the panels of the dashboard in this file."""
    dashboard = json.loads(file.read_text(encoding="utf-8"))
    return dashboard["title"], [_drawn(panel, api, span) for panel in dashboard["panels"]]


def _drawn(panel: dict[str, Any], api: PrometheusApi, span: Span) -> Drawn:
    place = Place(*(panel["gridPos"][key] for key in "xywh"))
    if panel["type"] == "row":
        return Drawn("row", panel["title"], place)
    defaults = panel["fieldConfig"]["defaults"]
    assert defaults["unit"] in get_args(Unit)
    return Drawn(
        panel["type"],
        panel["title"],
        place,
        defaults["unit"],
        [named for target in panel["targets"] for named in _data(target, api, span)],
        [(step["value"], step["color"]) for step in defaults["thresholds"]["steps"]],
        {float(key): value["text"] for item in defaults.get("mappings", ()) for key, value in item["options"].items()},
        defaults.get("custom", {}).get("stacking", {}).get("mode") == "normal",
        defaults.get("noValue", "No data"),
    )


def _data(target: dict[str, Any], api: PrometheusApi, span: Span) -> Iterator[Named]:
    expr = expanded(target["expr"], span.rate_interval)
    found = api.instant(expr, span.end) if target.get("instant") else api.range(expr, span.start, span.end, span.step)
    for series in found:
        yield Named(_legend(target["legendFormat"], series), series)


def _legend(template: str, series: Series) -> str:
    return re.sub(r"\{\{(\w+)\}\}", lambda match: series.labels.get(match[1], ""), template).strip()
