"""Keeps a run's story: every step, every log line, every checkpoint, in batches at most a second apart.

A batch first makes a new revision of the run, which only the holder of its lease can, and then writes its rows, keyed
by run and step: a replay after a crash overwrites and never doubles.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from services.trainer.child.protocol import CheckpointSaved, Evaluated, Log, Started, Step
from services.trainer.context import TrainingContext
from services.trainer.curves import Curves
from shared.contracts.kinds.training import CheckpointRef
from shared.store import Store, Value

BATCH_S = 1.0
# Bounds a chatty library: 10,000 lines are what a person can search, more is for a file.
MAX_LOG_LINES = 10_000
_CHECKPOINTS = 1000  # a run keeps at most 101
_ROWS = 2000


class RunRecorder:
    def __init__(self, context: TrainingContext, store: Store, first_log: int) -> None:
        self._context = context
        self._store = store
        self._run = context.job.id
        self._progress = context.progress
        self._steps: dict[int, dict[str, Value]] = {}
        self._last: dict[str, Value] | None = None
        self._curves = Curves(self._run)
        self._logs: list[dict[str, Value]] = []
        self._next_log = first_log
        self._writing = asyncio.Lock()

    @classmethod
    async def open(cls, context: TrainingContext, store: Store) -> RunRecorder:
        """Goes on where an earlier attempt's log ended."""
        page = await store.find("training_logs", {"run": context.job.id}, sort=[("seq", -1)], limit=1)
        last = page.items[0]["seq"] if page.items else 0
        return cls(context, store, (last if isinstance(last, int) else 0) + 1)

    async def last_step(self) -> int:
        """The highest step that is in the store: a run must not go on from beyond it, or a gap would stay."""
        page = await self._store.find("training_metrics", {"run": self._run}, sort=[("step", -1)], limit=1)
        step = page.items[0]["step"] if page.items else 0
        return step if isinstance(step, int) else 0

    async def resume_from(self, step: int, on_disk: Collection[int]) -> None:
        """Forget what lies beyond `step`, which is done anew, and checkpoints that are gone. Raises `LeaseLost`."""
        await self._context.renew()
        await self._store.delete("training_metrics", {"run": self._run, "step": {"$gt": step}})
        await self._store.delete("training_curves", {"run": self._run, "last": {"$gt": step}})
        await self._catch_up()
        page = await self._store.find("checkpoints", {"run": self._run}, limit=_CHECKPOINTS)
        known = [row["step"] for row in page.items]
        gone = [found for found in known if isinstance(found, int) and (found > step or found not in on_disk)]
        if gone:
            await self._store.delete("checkpoints", {"run": self._run, "step": {"$in": gone}})

    async def _catch_up(self) -> None:
        """The block under way anew from its rows, and those that an attempt which was killed did not come to write."""
        page = await self._store.find("training_curves", {"run": self._run}, sort=[("block", -1)], limit=1)
        last = page.items[0]["last"] if page.items else 0
        cursor: str | None = None
        while True:
            rows = await self._store.find(
                "training_metrics",
                {"run": self._run, "step": {"$gt": last}},
                sort=[("step", 1)],
                limit=_ROWS,
                cursor=cursor,
            )
            for row in rows.items:
                step, values = row["step"], row["values"]
                assert isinstance(step, int)
                assert isinstance(values, dict)
                self._curves.add(step, values)
            if rows.next is None:
                return
            cursor = rows.next

    def started(self, message: Started) -> None:
        self._report(max_steps=message.max_steps)
        attempt = self._context.job.attempt
        again = f"Attempt {attempt}: training" if attempt > 1 else "Training"
        origin = f"from the checkpoint of step {message.resumed_from}" if message.resumed_from else "from the beginning"
        self.log_line("info", f"{again} {message.parameters:,} parameters on {message.device}, {origin}.")

    def step(self, message: Step) -> None:
        values = {
            **message.values,
            "learning_rate": message.learning_rate,
            "grad_norm": message.grad_norm,
            "step_time": message.step_time,
            "samples_per_second": message.samples_per_second,
            **message.system,
        }
        self._add(message.step, message.epoch, message.time, values)
        total = self._progress.max_steps
        self._report(
            step=message.step,
            epoch=message.epoch,
            throughput=round(message.samples_per_second, 3),
            # The voice is made after the last step: that is the missing part of the whole.
            fraction=min(0.99, message.step / total) if total else 0.0,
            metrics={**self._progress.metrics, **finite(values)},
        )

    def evaluated(self, message: Evaluated) -> None:
        self._add(message.step, message.epoch, message.time, message.values)
        self._report(metrics={**self._progress.metrics, **finite(message.values)})

    async def checkpoint(self, message: CheckpointSaved) -> None:
        """Not left to the next batch: a run may go on from here only if what came before it is in the store."""
        reference = CheckpointRef(step=message.step, values=finite(message.values))
        best = reference if message.best else self._progress.best_checkpoint
        self._report(last_checkpoint=reference, best_checkpoint=best)
        await self.flush()
        if message.best and best is not None:
            await self._store.update(
                "checkpoints",
                {"run": self._run, "best": True, "step": {"$ne": message.step}},
                {"$set": {"best": False}},
            )
        document: dict[str, Value] = {
            "id": f"{self._run}:{message.step}",
            "run": self._run,
            "step": message.step,
            "epoch": message.epoch,
            "size": message.size_bytes,
            "best": message.best,
            "sha256": message.sha256,
            "samples": list(message.samples),
            "values": finite(message.values),
            "created_at": datetime.now(UTC),
        }
        await self._store.append_many("checkpoints", [document])
        if message.removed:
            await self._store.delete("checkpoints", {"run": self._run, "step": {"$in": list(message.removed)}})
        self.log_line("info", f"Checkpoint of step {message.step} saved{' (the best so far)' if message.best else ''}.")

    def log(self, message: Log) -> None:
        self.log_line(message.level, message.message, datetime.fromtimestamp(message.time, UTC))

    def log_line(self, level: str, text: str, time: datetime | None = None) -> None:
        if self._next_log > MAX_LOG_LINES:
            return
        if self._next_log == MAX_LOG_LINES:
            level, text = "warning", f"This run has said {MAX_LOG_LINES:,} lines; further ones are not kept."
        self._logs.append(
            {
                "id": f"{self._run}:{self._next_log:09}",
                "run": self._run,
                "seq": self._next_log,
                "level": level,
                "message": text,
                "time": time or datetime.now(UTC),
            }
        )
        self._next_log += 1

    async def flush(self) -> None:
        """Raises `LeaseLost`: the rows are then not written."""
        async with self._writing:
            steps, self._steps = self._steps, {}
            logs, self._logs = self._logs, []
            blocks = self._curves.take()
            try:
                if steps:
                    await self._context.emit(
                        "metrics", {"points": [_point(row) for row in steps.values()]}, self._progress
                    )
                    await self._store.append_many("training_metrics", list(steps.values()))
                if blocks:
                    await self._store.append_many("training_curves", blocks)
                if logs:
                    await self._context.emit("log", {"lines": [_line(row) for row in logs]}, self._progress)
                    await self._store.append_many("training_logs", logs)
            except BaseException:
                # Not written, or not surely: the next batch has them again, under the same keys.
                self._steps = {**steps, **self._steps}
                self._curves.give_back(blocks)
                self._logs = [*logs, *self._logs]
                raise

    def _add(self, step: int, epoch: int, time: float, values: Mapping[str, float]) -> None:
        known = self._steps.get(step)
        if known is None and self._last is not None and self._last["step"] == step:
            known = self._last  # an evaluation of a step that is written already: the row is written again, whole
        before = known["values"] if known is not None else {}
        assert isinstance(before, dict)
        row: dict[str, Value] = {
            "id": f"{self._run}:{step:010}",
            "run": self._run,
            "step": step,
            "epoch": epoch,
            "time": datetime.fromtimestamp(time, UTC),
            "values": {**before, **finite(values)},
        }
        self._steps[step] = self._last = row
        self._curves.add(step, finite(values))

    def _report(self, **changes: object) -> None:
        self._progress = self._progress.model_copy(update=changes)
        self._context.report(self._progress)


def finite(values: Mapping[str, float]) -> dict[str, float]:
    """What a store and a chart can hold: a loss that is no number is left out, and the run says so itself."""
    return {name: value for name, value in values.items() if math.isfinite(value)}


def _point(row: Mapping[str, Value]) -> dict[str, JsonValue]:
    values = row["values"]
    assert isinstance(values, dict)
    return {"step": _json(row["step"]), "epoch": _json(row["epoch"]), "time": _json(row["time"]), **values}


def _line(row: Mapping[str, Value]) -> dict[str, JsonValue]:
    return {name: _json(row[name]) for name in ("seq", "level", "message", "time")}


def _json(value: Value) -> JsonValue:
    if isinstance(value, datetime):
        return value.isoformat()
    assert isinstance(value, str | int | float | None)
    return value
