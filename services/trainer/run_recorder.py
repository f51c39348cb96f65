"""Records a run: every step, log line and checkpoint, in batches at most a second apart.

A batch first creates a new revision of the run, which needs its lease, then writes its records; their ids make a replay
after a crash harmless.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from services.trainer.context import TrainingContext
from services.trainer.interface.protocol import CheckpointSaved, Evaluated, Log, Started, Step
from services.trainer.metrics import TrainingMetrics
from shared.contracts.kinds.training import CheckpointRef
from shared.jobs import Clock
from shared.runs import CheckpointRecord, CurveBlocks, LogLevel, LogLine, MetricRow, RunRepository

BATCH_S = 1.0
# The limit for a verbose library: a person can search 10,000 lines.
MAX_LOG_LINES = 10_000


class RunRecorder:
    def __init__(
        self, context: TrainingContext, runs: RunRepository, now: Clock, first_log: int, metrics: TrainingMetrics
    ) -> None:
        self._metrics = metrics
        self._recipe = context.job.spec.recipe
        self._context = context
        self._runs = runs
        self._now = now
        self._run = context.job.id
        self._progress = context.progress
        self._rows: dict[int, MetricRow] = {}
        self._last: MetricRow | None = None
        self._blocks = CurveBlocks(self._run)
        self._logs: list[LogLine] = []
        self._next_log = first_log
        self._writing = asyncio.Lock()

    @classmethod
    async def open(
        cls, context: TrainingContext, runs: RunRepository, now: Clock, metrics: TrainingMetrics
    ) -> RunRecorder:
        """A recorder that continues the log of an earlier attempt."""
        return cls(context, runs, now, await runs.last_seq(context.job.id) + 1, metrics)

    async def last_step(self) -> int:
        """The highest step in the store. A run must not resume after it, or its curve has a gap."""
        return await self._runs.last_step(self._run)

    async def resume_from(self, step: int, on_disk: Collection[int]) -> None:
        """Delete the records of steps that the run repeats, and of checkpoints that are not on disk any more.

        Raises `LeaseLost`.
        """
        await self._context.renew()
        await self._runs.delete_after(self._run, step)
        await self._rebuild_block()
        recorded = [checkpoint.step for checkpoint in await self._runs.checkpoints(self._run)]
        stale = [recorded_step for recorded_step in recorded if recorded_step > step or recorded_step not in on_disk]
        await self._runs.delete_checkpoints(self._run, stale)

    async def _rebuild_block(self) -> None:
        """Rebuild the incomplete block from its rows, and blocks that a killed attempt did not write."""
        last = await self._runs.last_block(self._run)
        for row in await self._runs.metrics(self._run, last.last + 1 if last else 0):
            self._blocks.add(row.step, row.values)

    def started(self, message: Started) -> None:
        self._report(max_steps=message.max_steps)
        attempt = self._context.job.attempt
        prefix = f"Attempt {attempt}: training" if attempt > 1 else "Training"
        origin = f"from the checkpoint of step {message.resumed_from}" if message.resumed_from else "from the beginning"
        self.log_line("info", f"{prefix} {message.parameters:,} parameters on {message.device}, {origin}.")

    def step(self, message: Step) -> None:
        self._metrics.step(self._recipe, message.step_time)
        values = {
            **message.values,
            "learning_rate": message.learning_rate,
            "grad_norm": message.grad_norm,
            "step_time": message.step_time,
            "samples_per_second": message.samples_per_second,
            **message.system,
        }
        self._add_values(message.step, message.epoch, message.time, values)
        total = self._progress.max_steps
        self._report(
            step=message.step,
            epoch=message.epoch,
            throughput=round(message.samples_per_second, 3),
            # The voice is published after the last step, which is the rest of the progress.
            fraction=min(0.99, message.step / total) if total else 0.0,
            metrics={**self._progress.metrics, **finite(values)},
        )

    def evaluated(self, message: Evaluated) -> None:
        if message.step == 0:
            self._report(base=CheckpointRef(step=0, values=finite(message.values)))
            return
        self._add_values(message.step, message.epoch, message.time, message.values)
        self._report(metrics={**self._progress.metrics, **finite(message.values)})

    async def checkpoint(self, message: CheckpointSaved) -> None:
        """Record a checkpoint at once: a run may resume from it only if all earlier records are in the store."""
        reference = CheckpointRef(step=message.step, values=finite(message.values))
        best = reference if message.best else self._progress.best_checkpoint
        self._report(last_checkpoint=reference, best_checkpoint=best)
        await self.flush()
        await self._runs.save_checkpoint(
            CheckpointRecord(
                run=self._run,
                step=message.step,
                epoch=message.epoch,
                size=message.size_bytes,
                best=message.best,
                created_at=self._now(),
                values=finite(message.values),
                samples=tuple(message.samples),
                sha256=message.sha256,
            )
        )
        await self._runs.delete_checkpoints(self._run, message.removed)
        self._metrics.checkpoint(self._recipe)
        self.log_line("info", f"Checkpoint of step {message.step} saved{' (the best so far)' if message.best else ''}.")

    def log(self, message: Log) -> None:
        self.log_line(message.level, message.message, datetime.fromtimestamp(message.time, UTC))

    def log_line(self, level: LogLevel, text: str, time: datetime | None = None) -> None:
        """Add a line to the run's own log. Lines beyond `MAX_LOG_LINES` are dropped."""
        if self._next_log > MAX_LOG_LINES:
            return
        if self._next_log == MAX_LOG_LINES:
            level, text = "warning", f"This run has logged {MAX_LOG_LINES:,} lines; further lines are dropped."
        self._logs.append(LogLine(self._run, self._next_log, level, text, time or self._now()))
        self._next_log += 1

    async def flush(self) -> None:
        """Write the batch. Raises `LeaseLost`: the records are then not written."""
        async with self._writing:
            rows, self._rows = self._rows, {}
            logs, self._logs = self._logs, []
            blocks = self._blocks.take()
            try:
                if rows:
                    points: list[JsonValue] = [_point(row) for row in rows.values()]
                    await self._context.emit("metrics", {"points": points}, self._progress)
                    await self._runs.append_metrics(list(rows.values()))
                if blocks:
                    await self._runs.append_blocks(blocks)
                if logs:
                    await self._context.emit("log", {"lines": [_line(line) for line in logs]}, self._progress)
                    await self._runs.append_logs(logs)
            except BaseException:
                # Possibly not written: the next batch contains them again, under the same ids.
                self._rows = {**rows, **self._rows}
                self._blocks.give_back(blocks)
                self._logs = [*logs, *self._logs]
                raise

    def _add_values(self, step: int, epoch: int, time: float, values: Mapping[str, float]) -> None:
        known = self._rows.get(step)
        if known is None and self._last is not None and self._last.step == step:
            known = self._last  # an evaluation of a stored step: write its complete row again
        before = known.values if known is not None else {}
        row = MetricRow(self._run, step, epoch, datetime.fromtimestamp(time, UTC), {**before, **finite(values)})
        self._rows[step] = self._last = row
        self._blocks.add(step, finite(values))

    def _report(self, **changes: object) -> None:
        self._progress = self._progress.model_copy(update=changes)
        self._context.report(self._progress)


def finite(values: Mapping[str, float]) -> dict[str, float]:
    """The finite values. A store and a chart cannot hold the others; the run reports them itself."""
    return {name: value for name, value in values.items() if math.isfinite(value)}


def _point(row: MetricRow) -> dict[str, JsonValue]:
    return {"step": row.step, "epoch": row.epoch, "time": row.time.isoformat(), **row.values}


def _line(line: LogLine) -> dict[str, JsonValue]:
    return {"seq": line.seq, "level": line.level, "message": line.message, "time": line.time.isoformat()}
