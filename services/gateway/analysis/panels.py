"""The layout of a picture: the keys of one run in one panel, several runs with one panel per key."""

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
    """`log`: a logarithmic scale, which requires positive values."""

    model_config = ConfigDict(frozen=True)

    title: str
    lines: tuple[PlotLine, ...]
    log: bool


class Picture(BaseModel):
    model_config = ConfigDict(frozen=True)

    panels: tuple[Panel, ...]


def panels_of(runs: Sequence[tuple[str, MetricsView]], selected: Sequence[str]) -> Picture | None:
    """The picture of `runs` with their titles. Without `selected` the losses, if any. None without values."""
    keys = sorted({key for _, metrics in runs for key in metrics.keys})
    losses = [key for key in keys if "loss" in key]
    keys = [key for key in keys if key in selected] if selected else losses or keys
    if len(runs) == 1:
        title, metrics = runs[0]
        panels = [_panel(title, [_line(key, metrics, key) for key in keys[:_MAX_LINES]])]
    else:
        if not selected:  # the most important keys first
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
    # Losses fall over orders of magnitude; accuracies and values of zero need a linear scale.
    return Panel(title=title, lines=drawn, log=bool(values) and min(values) > 0 and max(values) > 10 * min(values))
