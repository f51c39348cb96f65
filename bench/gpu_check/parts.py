"""Runs the parts of the check within a total time. A part that fails or has no time left does not stop the others."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Literal

from bench.gpu_check.context import Context
from shared.contracts.wire import ConfigValue

Figures = dict[str, ConfigValue | list[float] | list[str]]
Status = Literal["done", "skipped", "failed"]
_LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the table."""

    what: str
    measured: str


@dataclass(slots=True)
class Report:
    """What a part found: rows for the table, and figures for the JSON by what was measured."""

    rows: list[Row] = field(default_factory=list)
    figures: dict[str, Figures] = field(default_factory=dict)

    def add(self, what: str, measured: str, **figures: ConfigValue | list[float] | list[str]) -> None:
        self.rows.append(Row(what, measured))
        self.figures[what] = figures


@dataclass(frozen=True, slots=True)
class Part:
    """`least_s`: with less time left the part is skipped; `share` of the total time: its deadline, None for all the
    time that is left.

    `run` adds to the report as it goes, so that a part that fails half-way keeps what it has measured.
    """

    name: str
    run: Callable[[Context, Report], None]
    least_s: float
    share: float | None = None


@dataclass(frozen=True, slots=True)
class Outcome:
    part: str
    status: Status
    reason: str
    seconds: float
    report: Report


def run_parts(
    parts: Sequence[Part],
    context: Context,
    *,
    total_s: float,
    clock: Callable[[], float] = time.monotonic,
    say: Callable[[str], None] = lambda _: None,
) -> list[Outcome]:
    """The outcome of every part, in order. Each part gets a context whose deadline is its own."""
    end = clock() + total_s
    outcomes: list[Outcome] = []
    for part in parts:
        started, report = clock(), Report()
        left = end - started
        if left < part.least_s:
            reason = f"{max(0.0, left):.0f} s are left, and it needs {part.least_s:.0f} s"
            outcomes.append(Outcome(part.name, "skipped", reason, 0.0, report))
            say(f"{part.name}: skipped: {reason}")
            continue
        say(f"{part.name} …")
        deadline = end if part.share is None else min(end, started + part.share * total_s)
        status, reason = _run(part, context.until(deadline), report)
        outcomes.append(Outcome(part.name, status, reason, clock() - started, report))
        say(f"{part.name}: {status} after {outcomes[-1].seconds:.0f} s{': ' + reason if reason else ''}")
    return outcomes


def _run(part: Part, context: Context, report: Report) -> tuple[Status, str]:
    try:
        part.run(context, report)
    except Exception as error:  # the check reports any error of a part and goes on
        return "failed", f"{type(error).__name__}: {error}"[:_LONGEST_REASON]
    return "done", ""
