"""The parts' budget, the processes' limits, and a whole quick run on the CPU."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from pydantic import BaseModel

from bench.gpu_check.context import Context
from bench.gpu_check.output import make_result, table
from bench.gpu_check.parts import Outcome, Part, Report, run_parts
from bench.gpu_check.processes import JobFailed, Workers
from bench.gpu_check.resume import first_difference, largest_difference
from bench.gpu_check.shared import overlap
from bench.gpu_check.synthesis import difference_db
from bench.gpu_check.training import is_enough
from services.trainer.interface.protocol import Step

ROOT = Path(__file__).parents[3]


class Time:
    """A clock that moves when a part says so."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class NoWorkers(Workers):
    def __init__(self) -> None:
        """Starts no process."""


class Number(BaseModel):
    value: int


def increment(number: Number) -> Number:
    return Number(value=number.value + 1)


def fail(_: Number) -> Number:
    raise ValueError("the job's own reason")


def crash(_: Number) -> Number:
    os._exit(7)


def hang(number: Number) -> Number:
    time.sleep(60)
    return number


@pytest.fixture
def clock() -> Time:
    return Time()


@pytest.fixture
def context(tmp_path: Path, clock: Time) -> Context:
    return Context("cpu", True, NoWorkers(), tmp_path, tmp_path, tmp_path, clock=clock)


def lasting(clock: Time, seconds: float, deadlines: list[float] | None = None) -> Callable[[Context, Report], None]:
    def run(context: Context, report: Report) -> None:
        if deadlines is not None:
            deadlines.append(context.left())
        clock.now += seconds
        report.add("time", f"{seconds:.0f} s", seconds=seconds)

    return run


def run_all(context: Context, clock: Time, *parts: Part, total_s: float = 100.0) -> list[Outcome]:
    return run_parts(parts, context, total_s=total_s, clock=clock)


def test_a_part_gets_its_share_and_the_last_one_what_is_left(context: Context, clock: Time) -> None:
    deadlines: list[float] = []
    parts = (
        Part("first", lasting(clock, 10, deadlines), least_s=5, share=0.3),
        Part("last", lasting(clock, 1, deadlines), least_s=5),
    )
    assert [outcome.status for outcome in run_all(context, clock, *parts)] == ["done", "done"]
    assert deadlines == [30, 90]


def test_a_part_without_enough_time_is_skipped_with_the_reason(context: Context, clock: Time) -> None:
    parts = (Part("long", lasting(clock, 95), least_s=1), Part("late", lasting(clock, 1), least_s=20))
    done, skipped = run_all(context, clock, *parts)
    assert (done.status, done.seconds) == ("done", 95)
    assert (skipped.status, skipped.reason) == ("skipped", "5 s are left, and it needs 20 s")


def test_a_part_that_raises_keeps_its_rows_and_the_others_go_on(context: Context, clock: Time) -> None:
    def broken(_: Context, report: Report) -> None:
        report.add("measured before", "1", value=1)
        raise RuntimeError("CUDA error: an illegal memory access")

    failed, done = run_all(
        context, clock, Part("broken", broken, least_s=1), Part("next", lasting(clock, 1), least_s=1)
    )
    assert (failed.status, failed.reason) == ("failed", "RuntimeError: CUDA error: an illegal memory access")
    assert failed.report.figures == {"measured before": {"value": 1}}
    assert done.status == "done"


def test_a_job_after_the_deadline_is_not_started(context: Context, clock: Time) -> None:
    with pytest.raises(JobFailed, match="the part's time is over"):
        context.until(clock.now + 1).call(increment, Number(value=1), 10)


@pytest.fixture(scope="module")
def workers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workers]:
    # The worker imports these jobs by the module's name, as the tests are imported.
    with Workers(tmp_path_factory.mktemp("logs"), {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}) as workers:
        yield workers


@pytest.mark.siege
@pytest.mark.timeout(600)
def test_a_job_that_fails_crashes_or_hangs_is_reported(workers: Workers) -> None:
    assert workers.call(increment, Number(value=1), 60).value == 2
    for job, reason in ((fail, "ValueError: the job's own reason"), (crash, "ended with 7"), (hang, "within 1 s")):
        with pytest.raises(JobFailed, match=reason):
            workers.call(job, Number(value=1), 1 if job is hang else 60)


@pytest.mark.siege
@pytest.mark.timeout(1500)
def test_a_quick_run_on_the_cpu_measures_every_part(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "bench.gpu_check", "--device", "cpu", "--quick", "--total", "1400"],
        cwd=ROOT, env={**os.environ, "OUT": str(tmp_path)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "result.json").read_text())
    assert [part["status"] for part in result["parts"]] == ["done"] * 6
    figures = {part["part"]: part["figures"] for part in result["parts"]}
    assert figures["speed"]["tiny, fp32: Sokhan"]["steps_per_second"] > 0
    assert figures["speed"]["tiny, fp32: Coqui's Trainer"]["step_over_ours"] > 0
    assert figures["resume"]["as shipped: resumed, steps 3 to 4"]["equal"]
    assert figures["shared"]["two runs at once"]["finite"]
    assert min(figures["shared"]["two runs at once"]["steps_per_second"]) > 0
    assert all(figures["synthesis"][f"tiny, float32, batch {batch}"]["within_tolerance"] for batch in (1, 8, 32))
    assert figures["memory"]["a run beyond the memory"]["handled"]
    assert figures["speak"]["tiny, fp32"]["steps"] > 0
    assert {"table.md", "curves.csv", "sample.wav", "voice"} <= {path.name for path in tmp_path.iterdir()}
    assert (tmp_path / "table.md").read_text() == done.stdout
    assert "it needs CUDA" in done.stdout


def test_the_table_names_what_was_not_measured(context: Context, clock: Time) -> None:
    from bench.gpu_check.device import Machine

    machine = Machine(cuda=True, device="A GPU", memory_mib=81_000, python="3.12", torch="2.13.0")
    outcomes = run_all(context, clock, Part("late", lasting(clock, 1), least_s=200))
    text = table(make_result(outcomes, machine, quick=False, seconds=1.0))
    assert "A GPU, 81,000 MiB" in text
    assert "| late | skipped | 100 s are left, and it needs 200 s |" in text


def step(number: int, loss: float) -> Step:
    return Step(
        step=number, epoch=0, time=0.0, values={"loss": loss}, learning_rate=0.0, grad_norm=0.0, step_time=0.0,
        samples_per_second=0.0,
    )  # fmt: skip


def test_resumed_losses_are_compared_digit_by_digit() -> None:
    whole = [step(number, 2.0) for number in (1, 2, 3, 4)]
    halves = [step(3, 2.0), step(4, 2.0 + 1e-12)]
    assert first_difference(whole, whole) is None
    assert first_difference(whole, halves) == 4
    at, name, difference = largest_difference(whole, halves)
    assert (at, name) == (4, "loss")
    assert difference == pytest.approx(5e-13, rel=1e-3)


def test_two_runs_are_compared_while_both_are_running() -> None:
    assert overlap([[0.0, 1.0, 2.0, 3.0, 4.0], [2.0, 2.5, 3.0, 3.5, 4.0]]) == [1.0, 2.0]
    assert overlap([[0.0, 1.0], [5.0, 6.0]]) == [0.0, 0.0]


def test_samples_are_compared_by_the_power_of_their_difference() -> None:
    speech = np.array([0.5, -0.5], dtype=np.float32)
    assert difference_db(speech, speech * np.float32(0.99)) == pytest.approx(40, abs=0.1)
    assert difference_db(speech, speech[:1]) is None


def test_a_measurement_ends_by_steps_or_seconds() -> None:
    assert is_enough([0.0, 1.0, 2.0], 2, None)
    assert not is_enough([0.0, 1.0], 2, 1.5)
    assert is_enough([0.0, 1.6], 2, 1.5)


def test_the_workers_import_no_package_that_the_bundle_lacks() -> None:
    modules = "services.trainer.child.run, services.trainer.recipes.vits.build, services.synth.engines.coqui"
    code = f"import sys, {modules}; print(*sys.modules.keys() & set(sys.argv[1:]))"
    lacking = ("transformers", "huggingface_hub", "numba", "sklearn", "pandas")  # see tools/gpu-bundle.sh
    command = [sys.executable, "-c", code, *lacking]
    found = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    assert not found.stdout.strip()
