"""What a dashboard says, without Grafana: pages of rows of panels, each with one question."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from tools.dashboards.text import Text

Look = Literal["lines", "stack", "numbers", "table"]
Unit = Literal["s", "bytes", "Bps", "reqps", "ops", "percentunit", "short", "celsius"]
"""Grafana's ids: `percentunit` takes a ratio, `Bps` bytes a second, `reqps` and `ops` events a second."""


@dataclass(frozen=True, slots=True)
class Query:
    """`legend`: with labels as `{{kind}}`. `exemplars`: the histogram is observed with the id of a trace."""

    expr: str
    legend: Text | str
    exemplars: bool = False


@dataclass(frozen=True, slots=True)
class Limits:
    """Where a value is bad, and optionally where it deserves a look. The reason is in the panel's description."""

    bad: float
    warn: float | None = None
    good_is: Literal["below", "above"] = "below"


@dataclass(frozen=True, slots=True)
class Panel:
    """One question.

    `width` in Grafana's columns (24), `height` in its rows. `maximum`: of the axis. `up_down`: the values are 0 and 1.
    `when_empty`: shown instead of "No data" where having no series is normal. `more`: the page with the details.
    """

    title: Text
    description: Text
    unit: Unit
    queries: Sequence[Query]
    look: Look = "lines"
    width: int = 8
    height: int = 8
    limits: Limits | None = None
    maximum: float | None = None
    up_down: bool = False
    when_empty: Text | None = None
    more: str | None = None


@dataclass(frozen=True, slots=True)
class Row:
    title: Text
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Page:
    """`name`: of the file and, behind `sokhan-`, of the address. `jobs`: links from a job's id to trace and logs."""

    name: str
    title: Text
    description: Text
    rows: Sequence[Row]
    jobs: bool = False
