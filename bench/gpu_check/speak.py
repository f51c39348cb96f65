"""Part `speak`: trains a voice with the time that is left, and stores its weights, curves and samples."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import soundfile

from bench.gpu_check.context import Context
from bench.gpu_check.parts import Report
from bench.gpu_check.processes import JobFailed
from bench.gpu_check.training import NEVER, Training, TrainingJob, make_spec, train
from services.trainer.interface.protocol import Evaluated, Finished, Step

# To start, and after the stop to evaluate, to write the checkpoint and to publish it.
_RESERVE_S, _QUICK_RESERVE_S = 25.0, 8.0
_QUICK_STEPS = 3


def train_voice(context: Context, report: Report) -> None:
    seconds = max(1.0, context.left() - (_QUICK_RESERVE_S if context.quick else _RESERVE_S))
    every = 2 if context.quick else 250
    spec = make_spec(
        context, "speak", precision="bf16" if context.cuda else "fp32",
        max_steps=_QUICK_STEPS if context.quick else NEVER, evaluate_every=every, keep_checkpoints=1,
        loader_workers=2 if context.cuda else 0, learning_rate=1e-3, warmup_steps=200, average_decay=0.998,
    )  # fmt: skip
    training = context.call(train, TrainingJob(spec=spec, stop_after_s=seconds), context.left())
    ended = training.ended
    if not isinstance(ended, Finished) or ended.product is None:
        raise JobFailed(f"the run did not finish: {ended}")
    _store_voice(ended.product, spec.checkpoints / str(ended.step) / "samples", context.out)
    with (context.out / "curves.csv").open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("step", "seconds", "key", "value"))
        writer.writerows(_curves(training))
    first, last = training.evaluations[0], training.evaluations[-1]
    size = (context.out / "voice" / "model.safetensors").stat().st_size
    report.add(
        f"{context.main_preset}, {spec.config['precision']}",
        f"{last.step:,} steps ({ended.reason}); "
        f"val_loss {first.values['val_loss']:.3f} at step {first.step}, {last.values['val_loss']:.3f} at the last; "
        f"{size / 1e6:.1f} MB of weights",
        steps=last.step,
        first_val_loss=first.values["val_loss"],
        last_val_loss=last.values["val_loss"],
        best_step=ended.best_step,
        weights_bytes=size,
        parameters=training.started.parameters if training.started is not None else None,
    )


def _store_voice(product: Path, samples: Path, out: Path) -> None:
    """The published voice, and one `sample.wav` with the samples of the last checkpoint."""
    shutil.rmtree(out / "voice", ignore_errors=True)
    shutil.copytree(product, out / "voice")
    spoken = [soundfile.read(sample) for sample in sorted(samples.glob("*.wav"))]
    if spoken:
        soundfile.write(out / "sample.wav", np.concatenate([part for part, _ in spoken]), spoken[0][1])


def _curves(training: Training) -> Iterator[tuple[int, float, str, float]]:
    """Each value of each message, in order of time."""
    started = training.steps[0].time
    messages: list[Step | Evaluated] = [*training.steps, *training.evaluations]
    for message in sorted(messages, key=lambda each: each.time):
        values = dict(message.values)
        if isinstance(message, Step):
            values |= {"learning_rate": message.learning_rate, "grad_norm": message.grad_norm}
            values |= {"step_time": message.step_time, **message.system}
        for name, value in values.items():
            yield message.step, round(message.time - started, 3), name, value
