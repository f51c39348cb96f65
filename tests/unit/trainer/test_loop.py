"""The loop, with a task that trains nothing: when it evaluates, saves, stops."""

from __future__ import annotations

import json
import math
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import torch

from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.child.loop import Loop, LoopState, read_state
from services.trainer.interface.controls import Action, Controls
from services.trainer.interface.parameters import Parameters
from services.trainer.interface.protocol import CheckpointSaved, Evaluated, Message, Step
from services.trainer.interface.task import Batch
from shared.contracts.errors import Diverged
from shared.vits.config import WEIGHTS


@dataclass
class FakeTask:
    """Three steps an epoch; its loss is drawn from both generators, as dropout and segments draw from them."""

    val_loss: Callable[[int], float] = lambda step: 1.0 / step
    loss_at: Callable[[int], float | None] = lambda _: None
    steps_per_epoch: int = 3
    parameter_count: int = 1
    served: list[tuple[int, int]] = field(default_factory=list)
    step: int = 0

    def batches(self, epoch: int, skip: int) -> Iterator[Batch]:
        for number in range(skip, self.steps_per_epoch):
            self.served.append((epoch, number))
            yield {}

    def size_of(self, batch: Batch) -> int:
        return 4

    def learning_rate(self, step: int) -> float:
        return 1.0 / step

    def train_step(self, batch: Batch, learning_rate: float) -> dict[str, float]:
        self.step = round(1 / learning_rate)
        drawn = random.random() + float(torch.rand(()))
        given = self.loss_at(self.step)
        return {"loss": drawn if given is None else given, "grad_norm": 2.0}

    def evaluate(self) -> dict[str, float]:
        torch.manual_seed(0)  # an evaluation may disturb the generators as it likes
        return {"val_loss": self.val_loss(self.step)}

    def save(self, folder: Path) -> None:
        (folder / "state").mkdir()
        (folder / WEIGHTS).write_bytes(b"weights")


class Recorder:
    def __init__(self, on: Callable[[Message], None] = lambda _: None) -> None:
        self.messages: list[Message] = []
        self._on = on

    def send(self, message: Message) -> None:
        self.messages.append(message)
        self._on(message)

    def steps(self, kind: type[Step | Evaluated | CheckpointSaved]) -> list[int]:
        return [m.step for m in self.messages if isinstance(m, kind)]


def parameters(**values: int) -> Parameters:
    defaults = {"max_steps": 10, "evaluate_every": 4, "checkpoint_every": 4, "keep_checkpoints": 10}
    return Parameters.model_validate(defaults | values)


def make(tmp_path: Path, task: FakeTask, settings: Parameters, state: LoopState | None = None) -> tuple[Loop, Recorder]:
    recorder = Recorder()
    store = CheckpointStore(tmp_path / "run")
    return Loop(task, settings, store, recorder, Controls(), state or LoopState()), recorder


def asked(loop: Loop) -> Controls:
    assert isinstance(loop.controls, Controls)
    return loop.controls


def test_evaluates_and_saves_on_time_and_at_the_end(tmp_path: Path) -> None:
    loop, told = make(tmp_path, FakeTask(), parameters())
    assert loop.run() == "completed"
    assert told.steps(Step) == list(range(1, 11))
    assert told.steps(Evaluated) == [4, 8, 10]
    assert told.steps(CheckpointSaved) == [4, 8, 10]
    assert all(m.values.keys() == {"loss"} and m.grad_norm == 2.0 for m in told.messages if isinstance(m, Step))


def test_a_checkpoint_never_lacks_a_validation_loss(tmp_path: Path) -> None:
    loop, told = make(tmp_path, FakeTask(), parameters(evaluate_every=5, checkpoint_every=3))
    loop.run()
    assert told.steps(Evaluated) == [3, 5, 6, 9, 10]
    assert all("val_loss" in m.values for m in told.messages if isinstance(m, CheckpointSaved))


@pytest.mark.parametrize(
    ("limits", "last"), [({"max_steps": 0, "epochs": 2}, 6), ({"max_steps": 5, "epochs": 2}, 5), ({}, 10)]
)
def test_ends_at_the_first_limit(tmp_path: Path, limits: dict[str, int], last: int) -> None:
    loop, told = make(tmp_path, FakeTask(), parameters(**limits))
    loop.run()
    assert told.steps(Step)[-1] == last


def test_resumes_in_the_middle_of_an_epoch_with_the_same_losses(tmp_path: Path) -> None:
    loop, straight = make(tmp_path / "a", FakeTask(), parameters())
    loop.run()
    first, _ = make(tmp_path / "b", FakeTask(), parameters(max_steps=4))
    first.run()
    state = read_state(first.store.folder(4))
    assert (state.step, state.best_loss) == (4, 0.25)
    task = FakeTask()
    second, resumed = make(tmp_path / "b", task, parameters(), state)
    second.run()
    assert task.served[0] == (1, 1)
    losses = [{m.step: m.values for m in t.messages if isinstance(m, Step)} for t in (straight, resumed)]
    assert losses[1] == {step: losses[0][step] for step in range(5, 11)}


@pytest.mark.parametrize(("action", "reason"), [("stop", "stopped"), ("pause", "paused")])
def test_a_control_ends_it_after_the_step_with_a_checkpoint(tmp_path: Path, action: Action, reason: str) -> None:
    loop, told = make(tmp_path, FakeTask(), parameters())
    told._on = lambda m: asked(loop).request(action) if isinstance(m, Step) and m.step == 6 else None
    assert loop.run() == reason
    assert told.steps(Step)[-1] == 6
    assert told.steps(CheckpointSaved) == [4, 6]


def test_a_control_before_the_first_step_leaves_no_checkpoint(tmp_path: Path) -> None:
    loop, told = make(tmp_path, FakeTask(), parameters())
    asked(loop).request("pause")
    assert loop.run() == "paused"
    assert told.messages == []


def test_stops_early_when_nothing_improves_and_keeps_the_best(tmp_path: Path) -> None:
    task = FakeTask(val_loss=lambda step: abs(step - 4))
    settings = parameters(max_steps=100, evaluate_every=2, checkpoint_every=2, early_stopping_patience=3)
    loop, told = make(tmp_path, task, settings)
    assert loop.run() == "early_stopping"
    assert told.steps(Step)[-1] == 10
    best = loop.store.best()
    assert best is not None
    assert best.step == 4
    assert [m.step for m in told.messages if isinstance(m, CheckpointSaved) and m.best] == [2, 4]


def test_early_stopping_remembers_over_a_restart(tmp_path: Path) -> None:
    settings = parameters(max_steps=8, evaluate_every=2, checkpoint_every=2, early_stopping_patience=3)
    first, _ = make(tmp_path, FakeTask(val_loss=lambda step: abs(step - 4)), settings)
    first.run()
    state = read_state(first.store.folder(8))
    assert state.evaluations_without_improvement == 2
    again = parameters(max_steps=100, evaluate_every=2, checkpoint_every=2, early_stopping_patience=3)
    second, told = make(tmp_path, FakeTask(val_loss=lambda step: abs(step - 4)), again, state)
    assert second.run() == "early_stopping"
    assert told.steps(Step) == [9, 10]


@pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
def test_a_loss_that_is_no_number_ends_the_run_and_spoils_no_checkpoint(tmp_path: Path, bad: float) -> None:
    loop, told = make(tmp_path, FakeTask(loss_at=lambda step: bad if step == 6 else None), parameters())
    with pytest.raises(Diverged, match="step 6") as diverged:
        loop.run()
    assert "learning_rate" in str(diverged.value.hint)
    assert told.steps(CheckpointSaved) == [4]


def test_a_validation_loss_that_is_no_number_too(tmp_path: Path) -> None:
    loop, told = make(tmp_path, FakeTask(val_loss=lambda _: math.nan), parameters())
    with pytest.raises(Diverged):
        loop.run()
    assert told.steps(CheckpointSaved) == []


def test_keeps_the_newest_and_says_what_went(tmp_path: Path) -> None:
    loop, told = make(tmp_path, FakeTask(), parameters(checkpoint_every=1, keep_checkpoints=2))
    loop.run()
    assert [m.step for m in loop.store.all()] == [9, 10]
    removed = [step for m in told.messages if isinstance(m, CheckpointSaved) for step in m.removed]
    assert removed == list(range(1, 9))


def test_the_state_is_readable_json(tmp_path: Path) -> None:
    loop, _ = make(tmp_path, FakeTask(), parameters(max_steps=4))
    loop.run()
    text = (loop.store.folder(4) / "state" / "loop.json").read_text(encoding="utf-8")
    assert json.loads(text)["step"] == 4
