"""Reads the metrics of a run for a chart: all rows of a short window, selected rows of a long one.

Rows of a long window are selected from curve blocks (shared/runs/blocks.py): a million steps are 2,000 blocks.
Their extremes determine the steps; only the rows of those steps are read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from services.gateway.training.downsampling import Curve, choose
from services.gateway.training.schemas import MetricsView
from shared.runs import BLOCK_STEPS, CurveBlock, Extremes, MetricRow, RunRepository, extremes_of

Point = dict[str, float | int | str]

_RAW_PER_POINT = 2
"""Rows per requested point up to which all rows are read; reading takes most of the time."""

_MAX_RAW = 20_000
"""Rows that are read without blocks (older runs), about half a second; of more rows an even selection."""


@dataclass(frozen=True, slots=True)
class CurveQuery:
    """`keys` empty: all. `to_step` None: to the end. `points` is 2 or more."""

    keys: tuple[str, ...] = ()
    from_step: int = 0
    to_step: int | None = None
    points: int = 2000


class CurveReader:
    """Does not check owners: callers look up the job of the run first."""

    def __init__(self, runs: RunRepository) -> None:
        self._runs = runs

    async def metrics(self, run: str, query: CurveQuery) -> MetricsView:
        """At most `points` points, among them the window's ends and each key's lowest and highest value."""
        window = await self._runs.window(run, query.from_step, query.to_step)
        if window is None:
            return MetricsView(keys=(), points=())
        if len(window) <= _RAW_PER_POINT * query.points:
            rows = await self._runs.metrics(run, window[0], window[-1])
            names = _names(rows, query.keys)
            if len(rows) > query.points:
                ends = (rows[0].step, rows[-1].step)
                steps = await asyncio.to_thread(lambda: choose(_curves(rows, names), ends, query.points))
                rows = [row for row in rows if row.step in steps]
        else:
            rows, names = await self._downsampled(run, window, query)
        return MetricsView(keys=tuple(names), points=tuple(_points(rows, names, all_=not query.keys)))

    async def _downsampled(self, run: str, window: range, query: CurveQuery) -> tuple[list[MetricRow], list[str]]:
        # Only the blocks that are inside the window as a whole.
        blocks = await self._runs.blocks(run, -(-(window[0] - 1) // BLOCK_STEPS), window[-1] // BLOCK_STEPS)
        loose = await self._loose(run, _between(window, [range(block.first, block.last + 1) for block in blocks]))
        names = sorted({*_names(loose, query.keys), *_block_names(blocks, query.keys)})
        ends = (window[0], window[-1])
        steps = await asyncio.to_thread(
            lambda: choose(_coarse_curves(loose, names, blocks, window, query.points), ends, query.points)
        )
        # Blocks hold only extremes: the remaining points go to steps at even distances.
        steps |= set(_evenly(window, query.points - len(steps)))
        return await self._runs.metrics_of(run, sorted(steps)), names

    async def _loose(self, run: str, stretches: list[range]) -> list[MetricRow]:
        """The rows outside all blocks: the newest ones, and those of blocks that the window cuts."""
        if sum(map(len, stretches)) <= _MAX_RAW:
            return [row for stretch in stretches for row in await self._runs.metrics(run, stretch[0], stretch[-1])]
        share = _MAX_RAW // len(stretches)
        return await self._runs.metrics_of(run, [step for stretch in stretches for step in _evenly(stretch, share)])


def _curves(rows: Iterable[MetricRow], names: Iterable[str]) -> dict[str, Curve]:
    curves = {name: Curve() for name in names}
    for row in rows:
        for name, value in row.values.items():
            if name in curves:
                curves[name].add(row.step, value)
    return curves


def _coarse_curves(
    loose: Sequence[MetricRow], names: Iterable[str], blocks: Iterable[CurveBlock], window: range, points: int
) -> dict[str, Curve]:
    """Each key's curve over the blocks' extremes and those of the loose rows between them.

    Of the loose rows too only the extremes of each stretch count, or the unfinished block at the end of a run would
    take the points from all the rest.
    """
    curves = {name: Curve() for name in names}
    width = max(1, len(window) // points)
    stretches = (list(rows) for _, rows in groupby(loose, key=lambda row: row.step // width))
    extremes = [(block.first, block.keys) for block in blocks]
    extremes += [(rows[0].step, extremes_of(rows)) for rows in stretches]
    # Blocks and the rows beside them do not overlap: sorted by their first step, all steps are in order.
    for _, keys in sorted(extremes, key=lambda pair: pair[0]):
        _add_extremes(curves, keys)
    return curves


def _add_extremes(curves: dict[str, Curve], keys: Mapping[str, Extremes]) -> None:
    for name, (low_step, low, high_step, high) in keys.items():
        curve = curves.get(name)
        if curve is None:
            continue
        if low_step < high_step:
            curve.steps += (int(low_step), int(high_step))
            curve.values += (low, high)
        elif high_step < low_step:
            curve.steps += (int(high_step), int(low_step))
            curve.values += (high, low)
        else:
            curve.add(int(low_step), low)


def _between(window: range, covered: Iterable[range]) -> list[range]:
    """The ranges of the window that are not covered. `covered` is in order."""
    left: list[range] = []
    start = window.start
    for stretch in covered:
        if stretch.start > start:
            left.append(range(start, stretch.start))
        start = max(start, stretch.stop)
    if start < window.stop:
        left.append(range(start, window.stop))
    return left


def _evenly(window: range, count: int) -> list[int]:
    if count <= 0:
        return []
    return [window[int(number * len(window) / count)] for number in range(min(count, len(window)))]


def _names(rows: Iterable[MetricRow], keys: Sequence[str]) -> list[str]:
    names = {name for row in rows for name in row.values}
    return sorted(names & set(keys) if keys else names)


def _block_names(blocks: Iterable[CurveBlock], keys: Sequence[str]) -> set[str]:
    names = {name for block in blocks for name in block.keys}
    return names & set(keys) if keys else names


def _points(rows: list[MetricRow], names: Sequence[str], *, all_: bool) -> list[Point]:
    """Rows without any of the keys are left out, except the ends."""
    points: list[Point] = []
    for index, row in enumerate(rows):
        values = row.values if all_ else {name: row.values[name] for name in names if name in row.values}
        if values or all_ or index in {0, len(rows) - 1}:
            points.append({"step": row.step, "epoch": row.epoch, "time": row.time.isoformat(), **values})
    return points
