"""Training runs as the trainer leaves them, without the training: documents in a store, files in a data tree."""

from __future__ import annotations

import asyncio
import hashlib
import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from shared.contracts.kinds import TRAINING
from shared.contracts.kinds.training import CheckpointRef, TrainingJob, TrainingProgress, TrainingResult, TrainingSpec
from shared.contracts.states import JobKind, JobState
from shared.jobs import to_document
from shared.runs import CheckpointRecord, CurveBlock, CurveBlocks, LogLevel, LogLine, MetricRow, RunRepository
from shared.store import Store, open_store
from tests.support.folders import safetensors
from tests.support.platform import Platform

BEGAN = datetime(2026, 11, 1, 12, tzinfo=UTC)


@dataclass(frozen=True)
class MadeRun:
    """`values` by name, one for each step from 1; `checkpoints` are steps, of which the lowest is the best."""

    id: str
    owner: str = "local"
    name: str = "made"
    state: JobState = JobState.COMPLETED
    values: Mapping[str, Sequence[float]] = field(default_factory=lambda: {"loss": [3.0, 2.0, 1.0]})
    checkpoints: Sequence[int] = ()
    base_model: str | None = None
    recipe: str = "masked_lm"
    config: Mapping[str, int | float | str] = field(default_factory=lambda: {"max_steps": 3})
    logs: Sequence[tuple[LogLevel, str]] = ()

    @property
    def steps(self) -> int:
        return max(len(values) for values in self.values.values())

    def job(self) -> TrainingJob:
        last = {name: values[-1] for name, values in self.values.items()}
        best = CheckpointRef(step=min(self.checkpoints), values=last) if self.checkpoints else None
        newest = CheckpointRef(step=max(self.checkpoints), values=last) if self.checkpoints else None
        ended = BEGAN + timedelta(minutes=5)
        return TrainingJob(
            id=self.id,
            kind=JobKind.TRAINING,
            owner=self.owner,
            spec=TrainingSpec(
                name=self.name,
                recipe=self.recipe,
                base_model=self.base_model,
                datasets=("local/texts",),
                config=dict(self.config),
            ),
            state=self.state,
            progress=TrainingProgress(
                fraction=1.0, step=self.steps, epoch=1, metrics=last, best_checkpoint=best, last_checkpoint=newest
            ),
            result=TrainingResult(reason="done", steps=self.steps) if self.state is JobState.COMPLETED else None,
            created_at=BEGAN,
            updated_at=ended,
            available_at=BEGAN,
            started_at=BEGAN,
            finished_at=ended,
        )

    def rows(self) -> list[MetricRow]:
        return [
            MetricRow(
                self.id,
                step,
                step // 1000,
                BEGAN + timedelta(seconds=step),
                {name: values[step - 1] for name, values in self.values.items() if step <= len(values)},
            )
            for step in range(1, self.steps + 1)
        ]

    def blocks(self) -> list[CurveBlock]:
        """As the trainer builds them."""
        blocks = CurveBlocks(self.id)
        for row in self.rows():
            blocks.add(row.step, row.values)
        return blocks.take()

    async def keep(self, store: Store, *, blocks: bool = True) -> None:
        await store.insert(TRAINING.collection, to_document(self.job()))
        runs, rows = RunRepository(store), self.rows()
        for start in range(0, len(rows), 1000):
            await runs.append_metrics(rows[start : start + 1000])
        if blocks:
            await runs.append_blocks(self.blocks())
        await runs.append_logs(
            [LogLine(self.id, seq, level, message, BEGAN) for seq, (level, message) in enumerate(self.logs, 1)]
        )
        for step in self.checkpoints:
            await runs.save_checkpoint(self._checkpoint(step))

    def _checkpoint(self, step: int) -> CheckpointRecord:
        best = step == min(self.checkpoints)
        return CheckpointRecord(self.id, step, 0, 4500, best, BEGAN, values={"val_loss": math.sqrt(step)})

    def put(self, checkpoints: Path) -> None:
        """The checkpoints' folders below `checkpoints/`."""
        for step in self.checkpoints:
            folder = checkpoints / self.id / str(step)
            (folder / "state").mkdir(parents=True)
            (folder / "samples").mkdir()
            weights = safetensors(4000 + step)
            (folder / "model.safetensors").write_bytes(weights)
            (folder / "config.json").write_text('{"model_type": "bert"}')
            (folder / "state" / "optimizer.bin").write_bytes(bytes(1000))
            (folder / "samples" / "سلام.wav").write_bytes(b"RIFF" + bytes(range(200)))
            content = {"step": step, "epoch": 0, "values": {}, "sha256": hashlib.sha256(weights).hexdigest()}
            (folder / "metrics.json").write_text(json.dumps(content))


def make_run(built: Platform, run: MadeRun) -> str:
    """Its id."""

    async def write() -> None:
        store = await open_store(f"sqlite:///{built.data.absolute() / 'sokhan.db'}")
        try:
            await run.keep(store)
        finally:
            await store.close()

    asyncio.run(write())
    run.put(built.data / "checkpoints")
    return run.id


def make_named_runs(built: Platform) -> str:
    """Two runs of one name, and one with checkpoints and five lines, whose id is returned."""
    losses = [1 + 9 / math.sqrt(step) for step in range(1, 401)]
    make_run(built, MadeRun("cli-other-2", name="twice", values={"loss": [3.0, 2.0]}, config={"batch_size": 8}))
    make_run(built, MadeRun("cli-other-3", name="twice", values={"loss": [3.0, 2.0]}))
    run = MadeRun(
        "cli-run-1", name="one of a kind", values={"loss": losses, "val_loss": losses}, checkpoints=(10, 20, 30),
        config={"batch_size": 4},
        logs=[("debug", "one"), ("info", "two"), ("warning", "three"), ("error", "four"), ("info", "five")],
    )  # fmt: skip
    return make_run(built, run)
