"""The best checkpoint by a figure other than the validation loss."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.child.loop import Loop, LoopState, read_state
from services.trainer.interface.controls import Controls
from services.trainer.interface.parameters import Parameters
from services.trainer.interface.protocol import CheckpointSaved, Evaluated, Step
from services.trainer.recipes.vits.parameters import VitsParameters
from shared.products.checkpoint import CheckpointMetrics
from tests.unit.trainer.test_loop import FakeTask, Recorder

_BY_ERRORS = ("quality_cer", "quality_per")


@dataclass
class _Measured(FakeTask):
    error_rate: Callable[[int], float | None] = lambda _: None
    measured: int = 0

    def measure(self) -> dict[str, float]:
        self.measured += 1
        rate = self.error_rate(self.step)
        return {} if rate is None else {"quality_per": rate}


def _make(
    tmp_path: Path, task: FakeTask, state: LoopState | None = None, **changes: int | str
) -> tuple[Loop, Recorder]:
    parameters = VitsParameters.model_validate(
        {"max_steps": 12, "evaluate_every": 2, "checkpoint_every": 4, "best_by": "error_rate", **changes}
    )
    recorder = Recorder()
    store = CheckpointStore(tmp_path, parameters.best_values)
    return Loop(task, parameters, store, recorder, Controls(), state or LoopState()), recorder


def _best(store: CheckpointStore) -> int:
    best = store.best()
    assert best is not None
    return best.step


def _write(store: CheckpointStore, step: int, **values: float) -> None:
    store.write(CheckpointMetrics(step=step, epoch=0, values=values), lambda _: None)


def test_what_the_parameter_means() -> None:
    assert Parameters().best_values == VitsParameters().best_values == ("val_loss",)
    assert VitsParameters(best_by="error_rate").best_values == _BY_ERRORS


def test_the_store_follows_the_figure(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path, _BY_ERRORS)
    _write(store, 1, val_loss=1.0, quality_per=0.5)
    _write(store, 2, val_loss=5.0, quality_per=0.2)
    _write(store, 3, val_loss=4.0, quality_per=0.2)
    _write(store, 4, val_loss=0.1)
    assert _best(store) == 3
    assert _best(CheckpointStore(tmp_path)) == 4
    assert store.prune(1) == [1, 2]


def test_without_any_figure_it_is_the_loss(tmp_path: Path) -> None:
    store = CheckpointStore(tmp_path, _BY_ERRORS)
    _write(store, 1, val_loss=2.0)
    _write(store, 2, val_loss=1.0)
    assert _best(store) == 2


def test_checkpoints_are_measured_and_evaluations_between_them_are_not(tmp_path: Path) -> None:
    task = _Measured(error_rate=lambda step: abs(step - 8) / 10)
    loop, told = _make(tmp_path, task)
    assert loop.run() == "completed"
    assert task.measured == 3
    assert told.steps(Evaluated) == [2, 4, 6, 8, 10, 12]
    saved = [m for m in told.messages if isinstance(m, CheckpointSaved)]
    assert [m.values["quality_per"] for m in saved] == [0.4, 0.0, 0.4]
    assert [m.step for m in saved if m.best] == [4, 8]


def test_the_last_step_is_measured_once_more_if_it_was_only_evaluated(tmp_path: Path) -> None:
    loop, told = _make(tmp_path, _Measured(error_rate=lambda _: 0.5), max_steps=6)
    loop.run()
    saved = [m for m in told.messages if isinstance(m, CheckpointSaved)]
    assert [(m.step, m.values.get("quality_per")) for m in saved] == [(4, 0.5), (6, 0.5)]
    assert loop.state.evaluations_without_improvement == 1


def test_early_stopping_counts_measurements(tmp_path: Path) -> None:
    task = _Measured(val_loss=lambda step: 1 / step, error_rate=lambda step: abs(step - 4))
    loop, told = _make(tmp_path, task, max_steps=100, early_stopping_patience=2)
    assert loop.run() == "early_stopping"
    assert told.steps(Step)[-1] == 12


def test_early_stopping_without_figures_counts_losses(tmp_path: Path) -> None:
    task = _Measured(val_loss=lambda step: abs(step - 4))
    loop, told = _make(tmp_path, task, max_steps=100, early_stopping_patience=2)
    assert loop.run() == "early_stopping"
    assert told.steps(Step)[-1] == 8


def test_a_pause_does_not_wait_for_a_measurement(tmp_path: Path) -> None:
    task = _Measured(error_rate=lambda _: 0.5)
    loop, told = _make(tmp_path, task)
    assert isinstance(loop.controls, Controls)
    controls = loop.controls
    told._on = lambda m: controls.request("pause") if isinstance(m, Step) and m.step == 6 else None
    assert loop.run() == "paused"
    assert (task.measured, told.steps(CheckpointSaved)) == (1, [4, 6])
    assert _best(loop.store) == 4


def test_a_state_of_an_older_version_is_continued(tmp_path: Path) -> None:
    folder = tmp_path / "old"
    (folder / "state").mkdir(parents=True)
    (folder / "state" / "loop.json").write_text('{"step": 4, "best_loss": 0.01, "evaluations_without_improvement": 3}')
    state = read_state(folder)
    assert (state.best_by, state.best_loss) == ("val_loss", 0.01)
    loop, _ = _make(tmp_path / "run", _Measured(error_rate=lambda _: 0.5), state, max_steps=8)
    loop.run()
    assert (state.best_by, state.best_loss, state.evaluations_without_improvement) == ("quality_per", 0.5, 0)


@pytest.mark.parametrize("best_by", ["val_loss", "error_rate"])
def test_a_resumed_run_goes_on_counting(tmp_path: Path, best_by: str) -> None:
    def task() -> _Measured:
        return _Measured(val_loss=lambda step: abs(step - 4), error_rate=lambda step: abs(step - 4))

    def make(state: LoopState | None, max_steps: int) -> tuple[Loop, Recorder]:
        return _make(
            tmp_path, task(), state, max_steps=max_steps, best_by=best_by, evaluate_every=4, early_stopping_patience=3
        )

    first, _ = make(None, 8)
    first.run()
    state = read_state(first.store.folder(8))
    assert state.evaluations_without_improvement == 1
    second, told = make(state, 100)
    assert second.run() == "early_stopping"
    assert told.steps(Step)[-1] == 16


def test_a_run_reports_the_figures_of_its_base_first(tmp_path: Path) -> None:
    task = _Measured(error_rate=lambda step: 0.5 if step == 0 else 0.1)
    loop, recorder = _make(tmp_path / "run", task, max_steps=4)
    loop.measure_start = True
    loop.run()
    first = next(message for message in recorder.messages if isinstance(message, Evaluated))
    assert (first.step, first.values) == (0, {"quality_per": 0.5})
    assert loop.state.best_loss == 0.1


def test_a_resumed_run_does_not_measure_its_base_again(tmp_path: Path) -> None:
    task = _Measured(error_rate=lambda _: 0.5)
    loop, recorder = _make(tmp_path / "run", task, LoopState(step=2), max_steps=4)
    loop.measure_start = True
    loop.run()
    assert not [message for message in recorder.messages if isinstance(message, Evaluated) and message.step == 0]
