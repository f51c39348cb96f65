"""What is drawn where: one run's keys together, several runs key by key."""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import BaseModel, ConfigDict

from services.gateway.training.schemas import MetricsView

_MAX_PANELS = 6
_MAX_LINES = 12


class PlotLine(BaseModel):
    model_config = ConfigDict(frozen=True)

    label: str
    steps: tuple[int, ...]
    values: tuple[float, ...]


class Panel(BaseModel):
    """`log`: the values are drawn on a logarithmic scale, which takes none of 0 or less."""

    model_config = ConfigDict(frozen=True)

    title: str
    lines: tuple[PlotLine, ...]
    log: bool


class Picture(BaseModel):
    model_config = ConfigDict(frozen=True)

    panels: tuple[Panel, ...]


def panels_of(runs: Sequence[tuple[str, MetricsView]], wanted: Sequence[str]) -> Picture | None:
    """`runs` with their titles. Without `wanted` the losses, where there are any. None where there is nothing."""
    keys = sorted({key for _, metrics in runs for key in metrics.keys})
    losses = [key for key in keys if "loss" in key]
    keys = [key for key in keys if key in wanted] if wanted else losses or keys
    if len(runs) == 1:
        title, metrics = runs[0]
        panels = [_panel(title, [_line(key, metrics, key) for key in keys[:_MAX_LINES]])]
    else:
        if not wanted:  # what the runs were judged by first
            keys.sort(key=lambda key: (key not in {"loss", "val_loss"}, key))
        panels = [_panel(key, [_line(title, metrics, key) for title, metrics in runs]) for key in keys[:_MAX_PANELS]]
    panels = [panel for panel in panels if panel.lines]
    return Picture(panels=tuple(panels)) if panels else None


def _line(label: str, metrics: MetricsView, key: str) -> PlotLine:
    found = [(int(point["step"]), float(point[key])) for point in metrics.points if key in point]
    return PlotLine(label=label, steps=tuple(step for step, _ in found), values=tuple(value for _, value in found))


def _panel(title: str, lines: Sequence[PlotLine]) -> Panel:
    drawn = tuple(line for line in lines if line.steps)
    values = [value for line in drawn for value in line.values]
    # Losses fall over decades; an accuracy, or anything that touches zero, does not.
    return Panel(title=title, lines=drawn, log=bool(values) and min(values) > 0 and max(values) > 10 * min(values))
