"""Part `shared`: two runs at once on one device, beside one run alone."""

from __future__ import annotations

import math
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bench.gpu_check.context import Context
from bench.gpu_check.parts import Report
from bench.gpu_check.processes import JobFailed
from bench.gpu_check.training import Training, TrainingJob, make_spec, train

_SECONDS = 6.0
_QUICK_ALONE_S, _QUICK_TOGETHER_S = 2.0, 8.0  # on a busy CPU two runs make three steps in 8 s
_LIMIT_S = 40.0


def check_shared(context: Context, report: Report) -> None:
    alone = _rate(_train(context, "alone"))
    report.add("one run alone", f"{alone:.2f} steps/s", steps_per_second=alone)
    meet = context.work / "shared"
    meet.mkdir()
    with ThreadPoolExecutor(2) as pool:
        both = list(pool.map(lambda name: _train(context, name, meet), ("first", "second")))
    rates = overlap([training.timed for training in both])
    finite = all(math.isfinite(value) for training in both for step in training.steps for value in step.values.values())
    text = f"{rates[0]:.2f} and {rates[1]:.2f} steps/s, together {sum(rates) / alone:.2f} times one run; "
    text += f"{both[0].memory} each; all losses are {'finite' if finite else 'NOT finite'}"
    report.add(
        "two runs at once",
        text,
        steps_per_second=rates,
        together_over_alone=sum(rates) / alone,
        reserved_mib=[training.memory.reserved for training in both],
        finite=finite,
    )


def _train(context: Context, name: str, meet: Path | None = None) -> Training:
    precision = "bf16" if context.cuda else "fp32"
    spec = make_spec(context, f"shared-{name}", precision=precision)
    quick_seconds = _QUICK_ALONE_S if meet is None else _QUICK_TOGETHER_S
    seconds = quick_seconds if context.quick else _SECONDS
    job = TrainingJob(spec=spec, warm_up=1 if context.quick else 10, seconds=seconds, meet=meet)
    training = context.call(train, job, _LIMIT_S)
    if training.ended is not None:
        raise JobFailed(f"the run {name} ended early: {training.ended}")
    return training


def _rate(training: Training) -> float:
    return (len(training.timed) - 1) / (training.timed[-1] - training.timed[0])


def overlap(runs: Sequence[Sequence[float]]) -> list[float]:
    """Steps a second of each run while all of them were running; 0 for one without a whole step in that time."""
    start, end = max(run[0] for run in runs), min(run[-1] for run in runs)
    inside = [[moment for moment in run if start <= moment <= end] for run in runs]
    return [(len(run) - 1) / (run[-1] - run[0]) if len(run) > 1 else 0.0 for run in inside]
