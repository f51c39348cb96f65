"""Part `resume`: whether a resumed run gives the losses of an uninterrupted one, digit by digit.

Two runs of N steps from the same start; the second ends at N/2 with a checkpoint and goes on in another process. What
differs up to N/2 is the device's own lack of determinism; only what differs after it alone is the resume's.
"""

from __future__ import annotations

from bench.gpu_check.context import Context
from bench.gpu_check.parts import Report
from bench.gpu_check.processes import JobFailed
from bench.gpu_check.training import Training, TrainingJob, make_spec, train
from services.trainer.interface.protocol import Finished, Step

_STEPS, _QUICK_STEPS = 12, 4
_LIMIT_S = 40.0


def check_resume(context: Context, report: Report) -> None:
    count = _QUICK_STEPS if context.quick else _STEPS
    for deterministic in (False, True):
        title = "with deterministic algorithms" if deterministic else "as shipped"
        try:
            whole = _run(context, f"whole-{deterministic}", count, deterministic)
            first = _run(context, f"halves-{deterministic}", count // 2, deterministic)
            second = _run(context, f"halves-{deterministic}", count, deterministic)
        except JobFailed as error:
            report.add(title, str(error))
            continue
        _add(report, f"{title}: two runs, steps 1 to {count // 2}", whole.steps, first.steps)
        _add(report, f"{title}: resumed, steps {count // 2 + 1} to {count}", whole.steps, second.steps)
        if deterministic:
            names = whole.undetermined
            report.add(f"{title}: operations without one", ", ".join(names) or "none", operations=names)


def _run(context: Context, name: str, steps: int, deterministic: bool) -> Training:
    spec = make_spec(context, f"resume-{name}", max_steps=steps)
    training = context.call(train, TrainingJob(spec=spec, deterministic=deterministic), _LIMIT_S)
    if not isinstance(training.ended, Finished):
        raise JobFailed(f"the run did not finish: {training.ended}")
    return training


def _add(report: Report, what: str, one: list[Step], other: list[Step]) -> None:
    step, name, difference = largest_difference(one, other)
    first = first_difference(one, other)
    text = "equal to the last digit"
    if first is not None:
        text = f"differ from step {first}; the largest relative difference is {difference:.1e} ({name}, step {step})"
    report.add(what, text, equal=first is None, first_step=first, largest_relative=difference, at=step, of=name)


def largest_difference(one: list[Step], other: list[Step]) -> tuple[int, str, float]:
    """The step, the loss and the relative difference of the steps that both have, where it is largest."""
    found = [
        (step.step, name, abs(value - step.values[name]) / max(abs(value), abs(step.values[name]), 1e-30))
        for before, step in _pairs(one, other)
        for name, value in before.values.items()
    ]
    return max(found, key=lambda each: each[2])


def first_difference(one: list[Step], other: list[Step]) -> int | None:
    """The first of the steps that both have at which any loss differs."""
    return next((step.step for before, step in _pairs(one, other) if before.values != step.values), None)


def _pairs(one: list[Step], other: list[Step]) -> list[tuple[Step, Step]]:
    by_step = {step.step: step for step in one}
    pairs = [(by_step[step.step], step) for step in other if step.step in by_step]
    if not pairs:
        raise JobFailed("the two runs have no step in common")
    return pairs
