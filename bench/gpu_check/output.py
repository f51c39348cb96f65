"""The results as a table in Markdown and as JSON."""

from __future__ import annotations

import datetime as dt
import importlib.metadata
from collections.abc import Sequence
from pathlib import Path

from pydantic import BaseModel

from bench.gpu_check.device import Machine
from bench.gpu_check.parts import Figures, Outcome, Status

_PACKAGES = ("torch", "coqui-tts", "coqui-tts-trainer", "accelerate")


class PartResult(BaseModel):
    part: str
    status: Status
    reason: str
    seconds: float
    rows: list[tuple[str, str]]
    figures: dict[str, Figures]


class Result(BaseModel):
    """`result.json`. `quick`: the figures only show that the check works."""

    measured_at: dt.datetime
    machine: Machine
    versions: dict[str, str]
    quick: bool
    seconds: float
    parts: list[PartResult]


def make_result(outcomes: Sequence[Outcome], machine: Machine, *, quick: bool, seconds: float) -> Result:
    return Result(
        measured_at=dt.datetime.now(dt.UTC),
        machine=machine,
        versions={name: importlib.metadata.version(name) for name in _PACKAGES},
        quick=quick,
        seconds=seconds,
        parts=[
            PartResult(
                part=each.part,
                status=each.status,
                reason=each.reason,
                seconds=each.seconds,
                rows=[(row.what, row.measured) for row in each.report.rows],
                figures=each.report.figures,
            )
            for each in outcomes
        ],
    )


def table(result: Result) -> str:
    versions = ", ".join(f"{name} {version}" for name, version in result.versions.items())
    memory = f", {result.machine.memory_mib:,} MiB" if result.machine.cuda else ""
    when = f"Measured on {result.measured_at:%Y-%m-%d} in {result.seconds:.0f} s"
    lines = [f"{when}, {result.machine.device}{memory}; Python {result.machine.python}, {versions}."]
    if result.quick:
        lines += ["", "A quick run: it shows that the parts work, and its figures are no measurement."]
    lines += ["", "| part | what | measured |", "|---|---|---|"]
    for part in result.parts:
        lines += [f"| {part.part} | {_cell(what)} | {_cell(measured)} |" for what, measured in part.rows]
        if part.status != "done":
            lines.append(f"| {part.part} | {part.status} | {_cell(part.reason)} |")
    return "\n".join(lines)


def write(result: Result, out: Path) -> None:
    (out / "result.json").write_text(result.model_dump_json(indent=1), encoding="utf-8")
    (out / "table.md").write_text(table(result) + "\n", encoding="utf-8")


def _cell(text: str) -> str:
    return " ".join(text.replace("|", "/").split())
