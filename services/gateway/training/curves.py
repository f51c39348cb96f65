"""Reads a run's metrics: of a short stretch every row, of a long one the rows that its curves are best drawn from.

The trainer keeps two collections. `training_metrics` has a row for each step. `training_curves` has a document for
each whole block of 512 steps, with the lowest and the highest value of each key and their steps:

    {"id": "<run>:<block>", "run", "block": (step - 1) // 512, "first", "last",
     "keys": {name: [low_step, low, high_step, high]}}

A million steps are 2,000 blocks: steps are chosen from them, and then only the chosen rows are read.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from services.gateway.training.schemas import Metrics
from services.gateway.training.thin import Curve, choose
from shared.store import Store, Value
from shared.store.collections import CURVE_BLOCK

Row = dict[str, Value]
Point = dict[str, float | int | str]

_RAW_PER_POINT = 2
"""Up to so many rows for each point asked for are read as they are; reading is what takes the time."""

_MAX_RAW = 20_000
"""Rows read where there are no blocks (an older run); of more, every so many. About half a second."""

_PAGE = 10_000
_IN = 1000  # what the stores take in one `$in`


@dataclass(frozen=True, slots=True)
class Wanted:
    """`keys` empty: all. `to_step` None: to the end. `points` is 2 or more."""

    keys: tuple[str, ...] = ()
    from_step: int = 0
    to_step: int | None = None
    points: int = 2000


class CurveReader:
    """Knows nothing of owners: ask whose run it is before."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def metrics(self, run: str, wanted: Wanted) -> Metrics:
        """At most `points` points, the window's first and last step and each key's lowest and highest value among."""
        window = await self._window(run, wanted)
        if window is None:
            return Metrics(keys=(), points=())
        if len(window) <= _RAW_PER_POINT * wanted.points:
            rows = await self._rows(run, window)
            names = _names(rows, wanted.keys)
            if len(rows) > wanted.points:
                ends = (_int(rows[0]["step"]), _int(rows[-1]["step"]))
                steps = await asyncio.to_thread(lambda: choose(_curves(rows, names), ends, wanted.points))
                rows = [row for row in rows if row["step"] in steps]
        else:
            rows, names = await self._thinned(run, window, wanted)
        return Metrics(keys=tuple(names), points=tuple(_points(rows, names, all_=not wanted.keys)))

    async def _thinned(self, run: str, window: range, wanted: Wanted) -> tuple[list[Row], list[str]]:
        blocks = await self._blocks(run, window)
        loose = await self._loose(run, _between(window, [_place(block) for block in blocks]))
        names = sorted({*_names(loose, wanted.keys), *_block_names(blocks, wanted.keys)})
        ends = (window[0], window[-1])
        steps = await asyncio.to_thread(
            lambda: choose(_coarse_curves(loose, names, blocks, window, wanted.points), ends, wanted.points)
        )
        # Blocks know where the peaks are and little else: what room is left goes to steps at even distances.
        steps |= set(_evenly(window, wanted.points - len(steps)))
        return await self._rows_of(run, sorted(steps)), names

    async def _window(self, run: str, wanted: Wanted) -> range | None:
        """The steps there are between `from_step` and `to_step`; None where there are none."""
        steps: dict[str, Value] = {"$gte": wanted.from_step}
        if wanted.to_step is not None:
            steps["$lte"] = wanted.to_step
        ends = []
        for direction in (1, -1):
            found = await self._store.find(
                "training_metrics", {"run": run, "step": steps}, sort=[("step", direction)], limit=1
            )
            if not found.items:
                return None
            ends.append(_int(found.items[0]["step"]))
        return range(ends[0], ends[1] + 1)

    async def _rows(self, run: str, steps: range) -> list[Row]:
        return await self._all("training_metrics", {"run": run, "step": {"$gte": steps[0], "$lte": steps[-1]}}, "step")

    async def _rows_of(self, run: str, steps: Sequence[int]) -> list[Row]:
        rows: list[Row] = []
        for start in range(0, len(steps), _IN):
            some: list[Value] = [*steps[start : start + _IN]]
            where: dict[str, Value] = {"run": run, "step": {"$in": some}}
            rows += (await self._store.find("training_metrics", where, sort=[("step", 1)], limit=_IN)).items
        return rows

    async def _blocks(self, run: str, window: range) -> list[Row]:
        """The blocks that lie in the window as a whole."""
        first, after = -(-(window[0] - 1) // CURVE_BLOCK), window[-1] // CURVE_BLOCK
        return await self._all("training_curves", {"run": run, "block": {"$gte": first, "$lt": after}}, "block")

    async def _loose(self, run: str, stretches: list[range]) -> list[Row]:
        """The rows that no block tells of: the newest ones, and the rest of the blocks that the window cuts."""
        if sum(map(len, stretches)) <= _MAX_RAW:
            return [row for stretch in stretches for row in await self._rows(run, stretch)]
        room = _MAX_RAW // len(stretches)
        return await self._rows_of(run, [step for stretch in stretches for step in _evenly(stretch, room)])

    async def _all(self, collection: str, where: dict[str, Value], by: str) -> list[Row]:
        rows: list[Row] = []
        cursor: str | None = None
        while True:
            page = await self._store.find(collection, where, sort=[(by, 1)], limit=_PAGE, cursor=cursor)
            rows += page.items
            if page.next is None:
                return rows
            cursor = page.next


def _curves(rows: Iterable[Row], names: Iterable[str]) -> dict[str, Curve]:
    curves = {name: Curve() for name in names}
    for row in rows:
        for name, value in _values(row).items():
            if name in curves:
                curves[name].add(_int(row["step"]), value)
    return curves


def _coarse_curves(
    loose: Sequence[Row], names: Iterable[str], blocks: Iterable[Row], window: range, points: int
) -> dict[str, Curve]:
    """Each key's curve over the blocks' extremes and those of the loose rows between them.

    Of the loose rows too only the extremes of each stretch count, or the unfinished block at the end of a run would
    take the points from all the rest.
    """
    curves = {name: Curve() for name in names}
    width = max(1, len(window) // points)
    stretches = (list(some) for _, some in groupby(loose, key=lambda row: _int(row["step"]) // width))
    # Blocks and the rows beside them do not overlap: sorted as a whole, their steps need no sorting.
    parts = sorted([*blocks, *map(_extremes_of, stretches)], key=lambda part: _int(part["first"]))
    for part in parts:
        _add_extremes(curves, part["keys"])
    return curves


def _extremes_of(rows: Sequence[Row]) -> Row:
    """What a block would say of these rows."""
    keys: dict[str, Value] = {}
    for name in _names(rows, ()):
        told = [(values[name], _int(row["step"])) for row in rows if name in (values := _values(row))]
        (low, low_step), (high, high_step) = min(told), max(told)
        keys[name] = [low_step, low, high_step, high]
    return {"first": rows[0]["step"], "keys": keys}


def _add_extremes(curves: dict[str, Curve], keys: Value) -> None:
    assert isinstance(keys, dict)
    for name, (low_step, low, high_step, high) in keys.items():
        curve = curves.get(name)
        if curve is None:
            continue
        if low_step < high_step:
            curve.steps += (low_step, high_step)
            curve.values += (low, high)
        elif high_step < low_step:
            curve.steps += (high_step, low_step)
            curve.values += (high, low)
        else:
            curve.add(low_step, low)


def _between(window: range, covered: Iterable[range]) -> list[range]:
    """What is left of the window without the stretches that are covered, which come in order."""
    left: list[range] = []
    start = window.start
    for stretch in covered:
        if stretch.start > start:
            left.append(range(start, stretch.start))
        start = max(start, stretch.stop)
    if start < window.stop:
        left.append(range(start, window.stop))
    return left


def _place(block: Row) -> range:
    """A run that was resumed in the middle of a block tells only of its rest."""
    return range(_int(block["first"]), _int(block["last"]) + 1)


def _evenly(window: range, count: int) -> list[int]:
    if count <= 0:
        return []
    return [window[int(number * len(window) / count)] for number in range(min(count, len(window)))]


def _names(rows: Iterable[Row], keys: Sequence[str]) -> list[str]:
    names = {name for row in rows for name in _values(row)}
    return sorted(names & set(keys) if keys else names)


def _block_names(blocks: Iterable[Row], keys: Sequence[str]) -> set[str]:
    names: set[str] = set()
    for block in blocks:
        kept = block["keys"]
        assert isinstance(kept, dict)
        names.update(kept)
    return names & set(keys) if keys else names


def _points(rows: list[Row], names: Sequence[str], *, all_: bool) -> list[Point]:
    """A row that says nothing of the keys asked for is left out, but for the ends."""
    points: list[Point] = []
    for place, row in enumerate(rows):
        values = _values(row)
        shown = values if all_ else {name: values[name] for name in names if name in values}
        if shown or all_ or place in {0, len(rows) - 1}:
            time = row["time"]
            assert isinstance(time, datetime)
            points.append({"step": _int(row["step"]), "epoch": _int(row["epoch"]), "time": time.isoformat(), **shown})
    return points


def _values(row: Row) -> dict[str, float]:
    values = row["values"]
    assert isinstance(values, dict)
    return values


def _int(value: Value) -> int:
    assert isinstance(value, int)
    return value
