"""Pictures of the dashboards from a Prometheus: `python -m tools.dashboards.draw --prometheus URL --into FOLDER`.

They show the panels of deploy/grafana/dashboards/en at their places with the data of their queries. Grafana draws them
better; this needs no Grafana.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from io import BytesIO
from math import isnan
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.dates import AutoDateLocator, DateFormatter
from matplotlib.figure import Figure
from PIL import Image

from tools.dashboards.picture import Drawn, Place, Span, drawn
from tools.dashboards.prometheus import PrometheusApi
from tools.dashboards.units import formatted

FOLDER = Path(__file__).resolve().parents[2] / "deploy/grafana/dashboards/en"
_DPI = 80
_COLUMN_IN, _ROW_IN, _TITLE_IN, _GAP_IN = 0.62, 0.3, 0.45, 0.07
_COLOURS = {"green": "#37872d", "orange": "#e8710a", "red": "#c4162a"}
_PANEL, _PAGE, _TEXT, _GRID = "#ffffff", "#f0f1f4", "#24292e", "#e3e5e9"
# More would cover the panel.
_LEGENDS, _NUMBERS, _ROWS = 9, 12, 8
_PALETTE = 96


def draw(file: Path, api: PrometheusApi, span: Span, into: Path) -> None:
    """Write a PNG of the dashboard in this file."""
    title, panels = drawn(file, api, span)
    height = max(panel.place.y + panel.place.h for panel in panels) * _ROW_IN + _TITLE_IN
    width = 24 * _COLUMN_IN
    with mpl.rc_context({"font.size": 7.5, "text.color": _TEXT, "axes.edgecolor": _GRID, "axes.linewidth": 0.8}):
        figure = Figure(figsize=(width, height), dpi=_DPI, facecolor=_PAGE)
        figure.text(_GAP_IN * 2 / width, 1 - _TITLE_IN / 2 / height, title, size=13, weight="bold", va="center")
        for panel in panels:
            _draw_panel(figure, panel, (width, height))
        content = BytesIO()
        figure.savefig(content)
    # A palette makes the file a third of its size.
    Image.open(content).convert("RGB").quantize(_PALETTE).save(into, optimize=True)


def _draw_panel(figure: Any, panel: Drawn, size: tuple[float, float]) -> None:
    place = panel.place
    if panel.kind == "row":
        figure.text(*_at(place, size, 0.1, place.h * _ROW_IN / 2), panel.title, size=9.5, weight="bold", va="center")
        return
    box = figure.add_axes(_rectangle(place, size, _GAP_IN / 2))
    box.set_facecolor(_PANEL)
    box.set(xticks=[], yticks=[])
    x, y = 0.1 / (place.w * _COLUMN_IN), 1 - 0.2 / (place.h * _ROW_IN)
    box.text(x, y, panel.title, weight="bold", transform=box.transAxes, va="center")
    draw_kind: dict[str, Callable[[Any, Any, Drawn], None]] = {"timeseries": _lines, "stat": _numbers, "table": _table}
    if _has_values(panel):
        draw_kind[panel.kind](figure, box, panel)
    else:
        box.text(0.5, 0.45, panel.empty, transform=box.transAxes, ha="center", size=11, color="#8e949b")


def _lines(figure: Any, box: Any, panel: Drawn) -> None:
    lowest = 0.35 + 0.12 * -(-min(len(panel.data), _LEGENDS + 1) // _columns(panel))
    left, top = 0.62, 0.4
    where = box.get_position()
    width, height = figure.get_size_inches()
    axes = figure.add_axes(
        (
            where.x0 + left / width,
            where.y0 + lowest / height,
            where.width - (left + 0.15) / width,
            where.height - (lowest + top) / height,
        )
    )
    times = sorted({at for named in panel.data for at, _ in named.series.points})
    dates = [datetime.fromtimestamp(at, UTC) for at in times]
    rows = []
    for named in panel.data:
        points = dict(named.series.points)
        rows.append([points.get(at, float("nan")) for at in times])
    names = [named.name for named in panel.data]
    if panel.stacked:
        filled = [[0 if isnan(value) else value for value in row] for row in rows]
        handles = axes.stackplot(dates, filled, alpha=0.75, linewidth=0)
    else:
        handles = [axes.plot(dates, row, linewidth=1.2)[0] for row in rows]
    _limit_lines(axes, panel)
    axes.set_ylim(bottom=0)
    if axes.get_ylim()[1] < 1e-6 or not any(value > 0 for row in rows for value in row):
        axes.set_ylim(0, 1)
    axes.grid(visible=True, color=_GRID, linewidth=0.6)
    axes.tick_params(length=0, labelsize=6.5)
    axes.yaxis.set_major_locator(mpl.ticker.MaxNLocator(4))
    axes.yaxis.set_major_formatter(lambda value, _: formatted(value, panel.unit))
    axes.xaxis.set_major_locator(AutoDateLocator(minticks=2, maxticks=7))  # type: ignore[no-untyped-call]
    axes.xaxis.set_major_formatter(DateFormatter("%H:%M:%S"))  # type: ignore[no-untyped-call]
    if len(names) > _LEGENDS:
        names = [*names[:_LEGENDS], f"and {len(names) - _LEGENDS} more"]
        handles = [*handles[:_LEGENDS], mpl.lines.Line2D([], [], alpha=0)]
    box.legend(
        handles, names, loc="lower left", ncols=_columns(panel), fontsize=6, frameon=False,
        borderaxespad=0.2, columnspacing=1, handlelength=1, labelspacing=0.2,
    )  # fmt: skip


def _columns(panel: Drawn) -> int:
    """Columns of the legend."""
    longest = max(len(named.name) for named in panel.data)
    return max(1, int(panel.place.w * _COLUMN_IN / (0.055 * longest + 0.35)))


def _limit_lines(axes: Any, panel: Drawn) -> None:
    """A dashed line for a limit near the data; a far one would flatten them."""
    highest = axes.get_ylim()[1]
    for value, colour in panel.limits:
        if value is not None and value <= 2 * highest:
            axes.axhline(value, color=_COLOURS[colour], linewidth=1, linestyle="--")


def _numbers(_: Any, box: Any, panel: Drawn) -> None:
    shown = panel.data[:_NUMBERS]
    columns = min(len(shown), max(1, round(panel.place.w / 2.6)))
    lines = -(-len(shown) // columns)
    for number, named in enumerate(shown):
        value = named.series.points[-1][1]
        text = (panel.texts or {}).get(value) or formatted(value, panel.unit)
        x, y = (number % columns + 0.5) / columns, 0.82 * (1 - (number // columns + 0.5) / lines)
        box.text(x, y + 0.01, text, transform=box.transAxes, ha="center", va="bottom", size=12, weight="bold",
                 color=_colour(panel, value))  # fmt: skip
        box.text(x, y - 0.01, named.name, transform=box.transAxes, ha="center", va="top", size=7)


def _table(_: Any, box: Any, panel: Drawn) -> None:
    for number, named in enumerate(panel.data[:_ROWS]):
        hidden = {"__name__", "alertstate"}
        cells = [f"{key}: {value}" for key, value in named.series.labels.items() if key not in hidden]
        box.text(0.03, 0.72 - 0.11 * number, "   ".join(cells), transform=box.transAxes, size=7.5)


def _colour(panel: Drawn, value: float) -> str:
    passed = [colour for limit, colour in panel.limits if limit is None or value >= limit]
    return _COLOURS[passed[-1]]


def _has_values(panel: Drawn) -> bool:
    return any(not isnan(value) for named in panel.data for _, value in named.series.points)


def _at(place: Place, size: tuple[float, float], x: float, y: float) -> tuple[float, float]:
    """A point so many inches right of and below the panel's upper left corner, in parts of the figure."""
    return (place.x * _COLUMN_IN + x) / size[0], 1 - (_TITLE_IN + place.y * _ROW_IN + y) / size[1]


def _rectangle(place: Place, size: tuple[float, float], gap: float) -> tuple[float, float, float, float]:
    left, bottom = _at(place, size, gap, place.h * _ROW_IN - gap)
    return left, bottom, (place.w * _COLUMN_IN - 2 * gap) / size[0], (place.h * _ROW_IN - 2 * gap) / size[1]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--prometheus", required=True, help="its URL")
    parser.add_argument("--into", type=Path, required=True, help="the folder of the pictures")
    parser.add_argument("--minutes", type=float, default=60, help="of the past that the pictures show")
    parser.add_argument("--rate-interval", default="1m", help="at least four scrapes")
    options = parser.parse_args(arguments)
    options.into.mkdir(parents=True, exist_ok=True)
    span = Span(time.time() - 60 * options.minutes, time.time(), options.rate_interval)
    for file in sorted(FOLDER.glob("*.json")):
        draw(file, PrometheusApi(options.prometheus), span, options.into / f"{file.stem}.png")


if __name__ == "__main__":
    main()
