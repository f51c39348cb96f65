"""Part `speed`: steps a second and memory of training, ours and Coqui's Trainer on the same batches; NVML's figures."""

from __future__ import annotations

import itertools
import statistics
import time
from contextlib import suppress
from pathlib import Path

from pydantic import BaseModel

from bench.gpu_check.context import NEEDS_CUDA, Context, DeviceName
from bench.gpu_check.device import Peak, peak, reset_peak
from bench.gpu_check.parts import Report
from bench.gpu_check.processes import JobFailed
from bench.gpu_check.training import Training, TrainingJob, is_enough, make_spec, train
from services.trainer.interface.parameters import Precision
from services.trainer.interface.protocol import Step
from shared.vits.presets import PresetName

_WARM_UP, _STEPS, _SECONDS = 10, 60, 5.0
_QUICK_WARM_UP, _QUICK_STEPS = 1, 2
_LIMIT_S = 45.0  # quality in fp32 takes half of it on a small GPU


class Pace(BaseModel):
    """`ended`: when the last warm-up step and each timed step ended, in seconds since the epoch."""

    ended: list[float]
    memory: Peak

    @property
    def rate(self) -> float:
        """Steps a second."""
        return (len(self.ended) - 1) / (self.ended[-1] - self.ended[0])

    @property
    def median(self) -> float:
        """Seconds of the middle step, with the loading of its batch."""
        return statistics.median(end - start for start, end in itertools.pairwise(self.ended))


class CoquiJob(BaseModel):
    dataset: Path
    batch_size: int
    preset: PresetName
    device: DeviceName
    precision: Precision
    warm_up: int
    steps: int
    seconds: float


class _Enough(Exception):
    """The measurement is complete."""


def train_coqui(job: CoquiJob) -> Pace:
    """Coqui's Trainer on the batches of our recipe."""
    from bench.coqui_loop import Options
    from bench.coqui_loop import train as train_with_coqui

    done, ended = 0, list[float]()

    def on_step(_model: object) -> None:
        nonlocal done
        done += 1
        if done < job.warm_up:
            return
        if not ended:
            reset_peak()
        ended.append(time.time())
        if is_enough(ended, job.steps, job.seconds):
            raise _Enough

    options = Options(job.dataset, job.batch_size, "ours", job.preset, job.device, job.precision)
    with suppress(_Enough):
        train_with_coqui(options, on_step)
    return Pace(ended=ended, memory=peak())


def measure_speed(context: Context, report: Report) -> None:
    metrics: list[Step] = []
    for preset, precision in itertools.product(context.presets, reversed(context.precisions)):
        title = f"{preset}, {precision}"
        if precision != "fp32" and not context.cuda:
            report.add(title, NEEDS_CUDA)
            continue
        ours = _attempt_ours(context, report, title, preset, precision, metrics)
        _attempt_coqui(context, report, title, preset, precision, ours)
    report_metrics(context, report, metrics)


def _attempt_ours(
    context: Context, report: Report, title: str, preset: PresetName, precision: Precision, metrics: list[Step]
) -> Pace | None:
    warm_up, steps = _counts(context)
    spec = make_spec(context, f"speed-{preset}-{precision}", preset=preset, precision=precision)
    job = TrainingJob(spec=spec, warm_up=warm_up, steps=steps, seconds=_SECONDS)
    try:
        training = context.call(train, job, _LIMIT_S)
        pace = _pace(training)
    except JobFailed as error:
        report.add(f"{title}: Sokhan", str(error))
        return None
    metrics += training.steps
    _add(report, f"{title}: Sokhan", pace, None)
    return pace


def _attempt_coqui(
    context: Context, report: Report, title: str, preset: PresetName, precision: Precision, ours: Pace | None
) -> None:
    warm_up, steps = _counts(context)
    job = CoquiJob(
        dataset=context.dataset, batch_size=context.batch_size, preset=preset, device=context.device,
        precision=precision, warm_up=warm_up, steps=steps, seconds=_SECONDS,
    )  # fmt: skip
    try:
        _add(report, f"{title}: Coqui's Trainer", context.call(train_coqui, job, _LIMIT_S), ours)
    except JobFailed as error:
        report.add(f"{title}: Coqui's Trainer", str(error))


def _counts(context: Context) -> tuple[int, int]:
    return (_QUICK_WARM_UP, _QUICK_STEPS) if context.quick else (_WARM_UP, _STEPS)


def _pace(training: Training) -> Pace:
    """Raises `JobFailed` for a run that ended by itself."""
    if training.ended is not None:
        raise JobFailed(f"the run ended early: {training.ended}")
    return Pace(ended=training.timed, memory=training.memory)


def _add(report: Report, what: str, pace: Pace, ours: Pace | None) -> None:
    text = f"{pace.rate:.2f} steps/s, middle step {pace.median * 1000:.0f} ms, {pace.memory}"
    if ours is not None:
        text += f"; step / ours {pace.median / ours.median:.2f}"
    report.add(
        what,
        text,
        steps_per_second=pace.rate,
        median_step_s=pace.median,
        steps=len(pace.ended) - 1,
        allocated_mib=pace.memory.allocated,
        reserved_mib=pace.memory.reserved,
        step_over_ours=pace.median / ours.median if ours is not None else None,
    )


def report_metrics(context: Context, report: Report, steps: list[Step]) -> None:
    """The load that the steps' messages carry: of the GPU by NVML, of the process by psutil."""
    highest: dict[str, float] = {}
    for step in steps:
        for name, value in step.system.items():
            highest[name] = max(value, highest.get(name, value))
    for name in ("gpu_percent", "gpu_memory_mb"):
        if not context.cuda:
            report.add(f"metrics: {name}", NEEDS_CUDA)
        elif name not in highest:
            report.add(f"metrics: {name}", "missing: NVML did not answer")
        else:
            report.add(f"metrics: {name}, highest", f"{highest[name]:,.0f}", highest=highest[name])
    for name in sorted(highest.keys() - {"gpu_percent", "gpu_memory_mb"}):
        report.add(f"metrics: {name}, highest", f"{highest[name]:,.0f}", highest=highest[name])
