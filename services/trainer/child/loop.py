"""The training loop of all recipes: seeds, evaluation, checkpoints, early stopping, controls.

A resumed run gives the same losses as an uninterrupted one: every step seeds all generators with `seed + step`, and
data order and learning rate are functions of the step.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import BaseModel

from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.interface.channel import Channel
from services.trainer.interface.controls import ControlSource
from services.trainer.interface.parameters import VAL_LOSS, Parameters
from services.trainer.interface.protocol import CheckpointSaved, Evaluated, FinishReason, Step
from services.trainer.interface.task import Batch, MeasuredTask, Task
from shared.contracts.errors import Diverged
from shared.files.hashes import sha256_of
from shared.products.checkpoint import SAMPLES, CheckpointMetrics
from shared.vits.config import WEIGHTS

LOOP_STATE = "state/loop.json"
_RANK_OFFSET = 100_000_007  # more than a run has steps: no two processes use the same seed
_SEEDS = 2**32  # numpy's limit


class LoopState(BaseModel):
    """The state of the loop in a checkpoint. `best_loss`: the lowest value of `best_by`, one of `best_values`."""

    step: int = 0
    best_by: str = VAL_LOSS
    best_loss: float | None = None
    evaluations_without_improvement: int = 0


def read_state(checkpoint: Path) -> LoopState:
    """The loop state of a checkpoint. Raises `OSError`, `pydantic.ValidationError`."""
    return LoopState.model_validate_json((checkpoint / LOOP_STATE).read_bytes())


def seed_torch(seed: int) -> None:
    """Seed the generators of Python, numpy, torch and every device."""
    from accelerate.utils import set_seed

    set_seed(seed)


@dataclass(slots=True)
class Loop:
    """`clock`: seconds for durations; `now`: seconds since the epoch; `measure_start`: measure the base before step 1.

    Each process of a run has a loop over its shard. The first writes checkpoints; `meet` is the barrier after a write.
    """

    task: Task
    parameters: Parameters
    store: CheckpointStore
    channel: Channel
    controls: ControlSource
    state: LoopState
    clock: Callable[[], float] = time.perf_counter
    now: Callable[[], float] = time.time
    system: Callable[[], dict[str, float]] = dict
    rank: int = 0
    meet: Callable[[], None] = lambda: None
    seed: Callable[[int], None] = seed_torch
    measure_start: bool = False
    _evaluated: CheckpointMetrics | None = None
    _last_values: dict[str, float] | None = None
    _measured: int = 0
    _saved: int = field(init=False)

    def __post_init__(self) -> None:
        last = self.store.last()  # read before any write, so that all processes agree
        self._saved = last.step if last is not None else 0

    @property
    def max_steps(self) -> int:
        limits = (self.parameters.max_steps, self.parameters.epochs * self.task.steps_per_epoch)
        return min(limit for limit in limits if limit)

    def run(self) -> FinishReason:
        """Train until the last step, a control or early stopping. Ends with a checkpoint of the last step."""
        if self.measure_start and self.state.step == 0:
            self._measure_start()
        reason = self._train()
        if self.state.step != self._saved:
            # A pause may be the end of a worker's grace period: it does not wait for a measurement.
            self._checkpoint(measured=reason != "paused")
        return reason

    def _train(self) -> FinishReason:
        while self.state.step < self.max_steps:
            epoch, skip = divmod(self.state.step, self.task.steps_per_epoch)
            for batch in self.task.batches(epoch, skip):
                reason = self._interruption()
                if reason is not None:
                    return reason
                self._step(batch)
                if self.state.step >= self.max_steps:
                    break
        return self._interruption(at_end=True) or "completed"

    def _interruption(self, *, at_end: bool = False) -> FinishReason | None:
        control = None if at_end else self.controls.requested
        if control is not None:
            return "stopped" if control == "stop" else "paused"
        patience = self.parameters.early_stopping_patience
        return "early_stopping" if 0 < patience <= self.state.evaluations_without_improvement else None

    def _step(self, batch: Batch) -> None:
        started = self.clock()
        step = self.state.step + 1
        self.seed((self.parameters.seed + step + self.rank * _RANK_OFFSET) % _SEEDS)
        rate = self.task.learning_rate(step)
        values = self.task.train_step(batch, rate)
        bad = [name for name, value in values.items() if not math.isfinite(value)]
        if bad:
            raise Diverged(f"{bad[0]} is {values[bad[0]]} at step {step}.", hint="Lower learning_rate and resume.")
        self.state.step, self._last_values = step, values
        duration = self.clock() - started
        self.channel.send(
            Step(
                step=step,
                epoch=self._epoch,
                time=self.now(),
                values={name: value for name, value in values.items() if name != "grad_norm"},
                learning_rate=rate,
                grad_norm=values.get("grad_norm", 0.0),
                step_time=duration,
                samples_per_second=self.task.size_of(batch) * self.parameters.processes / duration if duration else 0.0,
                system=self.system(),
            )
        )
        if step % self.parameters.checkpoint_every == 0:
            self._checkpoint()
        elif step % self.parameters.evaluate_every == 0:
            self._evaluate()

    @property
    def _epoch(self) -> int:
        """The epoch of the last step."""
        return max(0, self.state.step - 1) // self.task.steps_per_epoch

    def _measure_start(self) -> None:
        """Report the figures of the model that the run starts from."""
        figures = self.task.measure() if isinstance(self.task, MeasuredTask) else {}
        if figures:
            self.channel.send(Evaluated(step=0, epoch=0, time=self.now(), values=figures))

    def _evaluate(self, *, measured: bool = False) -> CheckpointMetrics:
        """Evaluate at most once per step. `measured`: add the figures of a `MeasuredTask`."""
        known = self._evaluated if self._evaluated is not None and self._evaluated.step == self.state.step else None
        task = self.task if measured and isinstance(self.task, MeasuredTask) else None
        if known is not None and (task is None or self._measured == self.state.step):
            return known
        values = dict(known.values) if known is not None else self.task.evaluate()
        if not math.isfinite(values[VAL_LOSS]):
            raise Diverged(
                f"The validation loss is {values[VAL_LOSS]} at step {self.state.step}.", hint="Lower learning_rate."
            )
        if task is not None:
            figures = task.measure()
            self._measured = self.state.step
            if known is not None and not figures:
                return known
            values |= figures
        self._count_improvement(values, first=known is None)
        self._evaluated = CheckpointMetrics(step=self.state.step, epoch=self._epoch, values=values)
        self.channel.send(Evaluated(step=self.state.step, epoch=self._epoch, time=self.now(), values=values))
        return self._evaluated

    def _count_improvement(self, values: Mapping[str, float], *, first: bool) -> None:
        """Keep the best value and count the evaluations since. `first`: of this step."""
        state, names = self.state, self.parameters.best_values
        name = next((name for name in names if name in values), None)
        if name is None:
            if state.best_by in names:  # between two measurements: neither better nor worse
                return
            name = VAL_LOSS
        if name != state.best_by:  # another parameter, or the first measurement
            state.best_by, state.best_loss, state.evaluations_without_improvement = name, None, 0
        if state.best_loss is None or values[name] < state.best_loss:
            state.best_loss, state.evaluations_without_improvement = values[name], 0
        elif first or name != VAL_LOSS:
            state.evaluations_without_improvement += 1

    def _checkpoint(self, *, measured: bool = True) -> None:
        # A checkpoint without a validation loss could never be the best one.
        evaluated = self._evaluate(measured=measured)
        values = {**evaluated.values, "loss": (self._last_values or {}).get("loss", 0.0)}
        metrics = CheckpointMetrics(step=self.state.step, epoch=self._epoch, values=values)
        if self.rank == 0:
            self._write(metrics)
        self.meet()
        self._saved = self.state.step

    def _write(self, metrics: CheckpointMetrics) -> None:
        path, size = self.store.write(metrics, self._save)
        best = self.store.best()
        removed = self.store.prune(self.parameters.keep_checkpoints)
        self.channel.send(
            CheckpointSaved(
                step=self.state.step,
                epoch=metrics.epoch,
                path=path,
                size_bytes=size,
                values=metrics.values,
                sha256=sha256_of(path / WEIGHTS),
                samples=tuple(sorted(sample.name for sample in (path / SAMPLES).glob("*"))),
                best=best is not None and best.step == self.state.step,
                removed=tuple(removed),
            )
        )

    def _save(self, folder: Path) -> None:
        self.task.save(folder)
        (folder / LOOP_STATE).write_text(self.state.model_dump_json(), encoding="utf-8")
