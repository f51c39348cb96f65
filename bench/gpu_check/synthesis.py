"""Part `synthesis`: our engine in fp32 and fp16 with batches of 1, 8 and 32, and whether they say the same.

The voice has random weights: the arithmetic is that of a trained one, and speed 0.5 makes a symbol about as long.
"""

from __future__ import annotations

import math
import statistics
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from pydantic import BaseModel

from bench.gpu_check.context import NEEDS_CUDA, Context
from bench.gpu_check.parts import Report
from bench.gpu_check.processes import JobFailed
from services.synth.engines.protocol import Precision, Samples, SynthesisInput
from shared.vits.presets import PresetName

if TYPE_CHECKING:
    from services.synth.engines.coqui import CoquiVoice

BATCHES = (1, 8, 32)
_TOLERANCE_DB = 30.0
"""The noise of half precision must be this far below the speech: with 10 bits of mantissa it is 40 to 60."""
_REPEATS, _QUICK_REPEATS = 5, 1
_LIMIT_S = 40.0
_END_S = 0.25
"""Not compared: in a batch, the decoder's convolutions see the padding behind a sentence, which is not quite silent."""
_NEVER_DB = 999.0  # no difference at all; JSON has no infinity


class SynthesisJob(BaseModel):
    folder: Path
    preset: PresetName
    device: str
    precisions: list[Precision]
    repeats: int
    sentences: list[str]


class Speaking(BaseModel):
    """Of a batch: seconds of audio, and of the middle pass. Beside fp32 one by one: the ratio of speech to difference
    in dB (the lowest), and the sentences whose length differs, which are not compared."""

    precision: Precision
    batch: int
    audio_s: float
    pass_s: float
    difference_db: float
    other_lengths: int


class Synthesis(BaseModel):
    passes: list[Speaking]


def synthesize(job: SynthesisJob) -> Synthesis:
    import torch

    from services.synth.engines.coqui import CoquiEngine
    from shared.vits.config import WEIGHTS, write_config
    from shared.vits.model import build, generator_state, save_tensors
    from shared.vits.presets import preset

    config = preset(job.preset)
    job.folder.mkdir(parents=True)
    write_config(job.folder, config)
    save_tensors(generator_state(build(config, seed=1)), job.folder / WEIGHTS)
    voice = CoquiEngine().load(job.folder, job.device)
    inputs = [
        SynthesisInput(job.sentences[number % len(job.sentences)], speed=0.5, seed=number)
        for number in range(max(BATCHES))
    ]
    reference = [voice.speak([each])[0].samples for each in inputs]
    passes: list[Speaking] = []
    for precision in job.precisions:
        voice.set_precision(precision)
        for batch in BATCHES:
            spoken, seconds = _speak(voice, inputs[:batch], job.repeats)
            end = int(_END_S * voice.sample_rate)
            compared = [difference_db(one, other, end) for one, other in zip(reference, spoken, strict=False)]
            passes.append(
                Speaking(
                    precision=precision,
                    batch=batch,
                    audio_s=sum(map(len, spoken)) / voice.sample_rate,
                    pass_s=seconds,
                    difference_db=min((each for each in compared if each is not None), default=0.0),
                    other_lengths=compared.count(None),
                )
            )
    if torch.cuda.is_available():
        torch.cuda.synchronize()
    return Synthesis(passes=passes)


def _speak(voice: CoquiVoice, inputs: Sequence[SynthesisInput], repeats: int) -> tuple[list[Samples], float]:
    """The samples, which are on the CPU, so that the device has finished; and the seconds of the middle pass."""
    spoken = voice.speak(inputs)  # plans and caches of these sizes are made here
    times: list[float] = []
    for _ in range(repeats):
        started = time.perf_counter()
        voice.speak(inputs)
        times.append(time.perf_counter() - started)
    return [each.samples for each in spoken], statistics.median(times)


def difference_db(one: Samples, other: Samples, end: int = 0) -> float | None:
    """The power of the samples over that of their difference in dB, without the last `end` ones; None if the lengths
    differ.
    """
    if len(one) != len(other):
        return None
    one, other = one[: len(one) - end], other[: len(other) - end]
    difference = float(np.sum((one.astype(np.float64) - other) ** 2))
    signal = float(np.sum(one.astype(np.float64) ** 2))
    if difference == 0:
        return _NEVER_DB
    return 10 * math.log10(max(signal, 1e-12) / difference)


def measure_synthesis(context: Context, report: Report) -> None:
    texts = (context.dataset / "metadata.csv").read_text(encoding="utf-8").splitlines()
    for preset in context.presets:
        job = SynthesisJob(
            folder=context.work / f"synthesis-{preset}",
            preset=preset,
            device=context.device,
            precisions=["float32", "float16"] if context.cuda else ["float32"],
            repeats=_QUICK_REPEATS if context.quick else _REPEATS,
            sentences=[text.partition("|")[2] for text in texts],
        )
        try:
            found = context.call(synthesize, job, _LIMIT_S)
        except JobFailed as error:
            report.add(preset, str(error))
            continue
        for speaking in found.passes:
            _add(report, preset, speaking)
        if not context.cuda:
            report.add(f"{preset}, float16", NEEDS_CUDA)


def _add(report: Report, preset: PresetName, found: Speaking) -> None:
    factor, rate = found.pass_s / found.audio_s, found.audio_s / found.pass_s
    compared = found.batch - found.other_lengths
    equal = found.difference_db >= _TOLERANCE_DB and not found.other_lengths
    text = f"real-time factor {factor:.5f}, {rate:,.0f} s of audio a second; "
    if found.difference_db == _NEVER_DB:
        text += "equal to fp32 one by one"
    else:
        text += f"difference to fp32 one by one {found.difference_db:.0f} dB below the speech"
    if found.other_lengths:
        text += f" in {compared} of {found.batch}, the others have another length"
    report.add(
        f"{preset}, {found.precision}, batch {found.batch}",
        f"{text}{'' if equal else f' (tolerance {_TOLERANCE_DB:.0f} dB: NOT met)'}",
        real_time_factor=factor,
        audio_seconds_per_second=rate,
        audio_s=found.audio_s,
        pass_s=found.pass_s,
        difference_db=found.difference_db,
        other_lengths=found.other_lengths,
        within_tolerance=equal,
    )
