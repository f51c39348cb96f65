"""Reads and writes the records of training runs. It checks no owners: callers look up the run's job first."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from shared.contracts.errors import Validation
from shared.runs.records import CheckpointRecord, CurveBlock, LogLevel, LogLine, MetricRow
from shared.store import Store, Value
from shared.store.paging import find_all

_METRICS, _BLOCKS, _LOGS, _CHECKPOINTS = "training_metrics", "training_curves", "training_logs", "checkpoints"
_PAGE = 10_000
_BY_STEP = [("step", 1)]
_IN = 1000  # values that the stores take in one `$in`
_MAX_CHECKPOINTS = 1000  # a run keeps at most 101
_DELETED_ROWS = 20_000
"""Rows deleted per transaction: a million in one would block every other writer for seconds."""


@dataclass(frozen=True, slots=True)
class LogQuery:
    """`levels` empty: all. `after`: only lines with a higher seq. `tail`: the last so many, instead of a page."""

    levels: Sequence[LogLevel] = ()
    after: int | None = None
    limit: int = 200
    cursor: str | None = None
    tail: int | None = None


class RunRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # Metric rows and curve blocks

    async def append_metrics(self, rows: Sequence[MetricRow]) -> None:
        await self._store.append_many(_METRICS, [row.document() for row in rows])

    async def append_blocks(self, blocks: Sequence[CurveBlock]) -> None:
        await self._store.append_many(_BLOCKS, [block.document() for block in blocks])

    async def last_step(self, run: str) -> int:
        """The highest step with a row, 0 without any. A run must not resume beyond it, or the curve has a gap."""
        return await self._end(_METRICS, {"run": run}, "step", -1) or 0

    async def window(self, run: str, first: int = 0, last: int | None = None) -> range | None:
        """The steps with rows between `first` and `last`; None without any."""
        where = _steps(run, first, last)
        low, high = await self._end(_METRICS, where, "step", 1), await self._end(_METRICS, where, "step", -1)
        return None if low is None or high is None else range(low, high + 1)

    async def metrics(self, run: str, first: int, last: int | None = None) -> list[MetricRow]:
        """All rows between two steps, both included, by step."""
        where = _steps(run, first, last)
        return [MetricRow.of(item) for item in await find_all(self._store, _METRICS, where, sort=_BY_STEP, page=_PAGE)]

    async def metrics_of(self, run: str, steps: Sequence[int]) -> list[MetricRow]:
        """The rows of these steps, in ascending order; steps without a row are omitted."""
        rows: list[MetricRow] = []
        for start in range(0, len(steps), _IN):
            some: list[Value] = [*steps[start : start + _IN]]
            where: dict[str, Value] = {"run": run, "step": {"$in": some}}
            page = await self._store.find(_METRICS, where, sort=[("step", 1)], limit=_IN)
            rows += [MetricRow.of(item) for item in page.items]
        return rows

    async def blocks(self, run: str, first: int, after: int) -> list[CurveBlock]:
        """The blocks from number `first` to `after`, exclusive."""
        where: dict[str, Value] = {"run": run, "block": {"$gte": first, "$lt": after}}
        blocks = await find_all(self._store, _BLOCKS, where, sort=[("block", 1)], page=_PAGE)
        return [CurveBlock.of(item) for item in blocks]

    async def last_block(self, run: str) -> CurveBlock | None:
        page = await self._store.find(_BLOCKS, {"run": run}, sort=[("block", -1)], limit=1)
        return CurveBlock.of(page.items[0]) if page.items else None

    async def delete_after(self, run: str, step: int) -> None:
        """Delete the rows and blocks beyond this step: the run repeats those steps."""
        await self._store.delete(_METRICS, {"run": run, "step": {"$gt": step}})
        await self._store.delete(_BLOCKS, {"run": run, "last": {"$gt": step}})

    # Log lines

    async def append_logs(self, lines: Sequence[LogLine]) -> None:
        await self._store.append_many(_LOGS, [line.document() for line in lines])

    async def last_seq(self, run: str) -> int:
        """The seq of the last line, 0 without any."""
        return await self._end(_LOGS, {"run": run}, "seq", -1) or 0

    async def logs(self, run: str, query: LogQuery) -> tuple[list[LogLine], str | None]:
        """Lines, oldest first, and the cursor of the next page. Raises `Validation` for a cursor with `tail`."""
        where: dict[str, Value] = {"run": run}
        if query.levels:
            where["level"] = {"$in": list(query.levels)}
        if query.after is not None:
            where["seq"] = {"$gt": query.after}
        if query.tail is None:
            page = await self._store.find(_LOGS, where, sort=[("seq", 1)], limit=query.limit, cursor=query.cursor)
            return [LogLine.of(item) for item in page.items], page.next
        if query.cursor is not None:
            raise Validation("`tail` and `cursor` do not go together.", hint="Use one of them.")
        page = await self._store.find(_LOGS, where, sort=[("seq", -1)], limit=query.tail)
        return [LogLine.of(item) for item in reversed(page.items)], None

    # Checkpoints

    async def save_checkpoint(self, checkpoint: CheckpointRecord) -> None:
        """Save a checkpoint. If it is marked best, the previous best loses the mark."""
        run, step = checkpoint.run, checkpoint.step
        if checkpoint.best:
            where: dict[str, Value] = {"run": run, "best": True, "step": {"$ne": step}}
            await self._store.update(_CHECKPOINTS, where, {"$set": {"best": False}})
        await self._store.append_many(_CHECKPOINTS, [checkpoint.document()])

    async def checkpoints(self, run: str) -> list[CheckpointRecord]:
        """The checkpoints of a run, sorted by step."""
        page = await self._store.find(_CHECKPOINTS, {"run": run}, sort=[("step", 1)], limit=_MAX_CHECKPOINTS)
        return [CheckpointRecord.of(item) for item in page.items]

    async def checkpoint(self, run: str, step: int) -> CheckpointRecord | None:
        page = await self._store.find(_CHECKPOINTS, {"run": run, "step": step}, limit=1)
        return CheckpointRecord.of(page.items[0]) if page.items else None

    async def last_checkpoint_step(self, run: str) -> int | None:
        return await self._end(_CHECKPOINTS, {"run": run}, "step", -1)

    async def delete_checkpoints(self, run: str, steps: Collection[int]) -> None:
        if steps:
            await self._store.delete(_CHECKPOINTS, {"run": run, "step": {"$in": [*steps]}})

    async def deployed(self, runs: Sequence[str]) -> list[CheckpointRecord]:
        """The checkpoints of these runs that are deployed."""
        found: list[CheckpointRecord] = []
        for start in range(0, len(runs), _IN):
            where: dict[str, Value] = {"run": {"$in": list(runs[start : start + _IN])}}
            documents = await find_all(self._store, _CHECKPOINTS, where, sort=_BY_STEP, page=_PAGE)
            found += [CheckpointRecord.of(document) for document in documents]
        return [record for record in found if record.deployed_as is not None]

    async def set_deployed(self, run: str, step: int, name: str | None) -> None:
        """Record the name under which a checkpoint is deployed; None: not deployed."""
        change: dict[str, dict[str, Value]] = (
            {"$unset": {"deployed_as": None}} if name is None else {"$set": {"deployed_as": name}}
        )
        await self._store.update(_CHECKPOINTS, {"run": run, "step": step}, change)

    # A whole run

    async def delete_run(self, run: str) -> None:
        """Delete every record of a run, in slices. Safe to repeat."""
        await self._store.delete(_CHECKPOINTS, {"run": run})
        for collection, number in ((_METRICS, "step"), (_BLOCKS, "block"), (_LOGS, "seq")):
            while (first := await self._end(collection, {"run": run}, number, 1)) is not None:
                await self._store.delete(collection, {"run": run, number: {"$lt": first + _DELETED_ROWS}})

    async def _end(self, collection: str, where: dict[str, Value], number: str, direction: int) -> int | None:
        """The lowest (1) or the highest (-1) value of an integer field; None without a document."""
        page = await self._store.find(collection, where, sort=[(number, direction)], limit=1)
        value = page.items[0][number] if page.items else None
        return value if isinstance(value, int) else None


def _steps(run: str, first: int, last: int | None) -> dict[str, Value]:
    bounds: dict[str, Value] = {"$gte": first} if last is None else {"$gte": first, "$lte": last}
    return {"run": run, "step": bounds}
