"""Part `memory`: what a run and a voice do that need more memory than there is, and what runs afterwards."""

from __future__ import annotations

from pathlib import Path

from pydantic import BaseModel

from bench.gpu_check.context import NEEDS_CUDA, Context
from bench.gpu_check.parts import Report
from bench.gpu_check.training import TrainingJob, make_spec, train
from services.trainer.interface.protocol import Failed
from shared.contracts.errors import OutOfMemory
from shared.vits.presets import PresetName

_LIMIT_S = 30.0
_MIB = 2**20
_LITTLE_MIB = 64  # less than the weights, gradients and optimizers of any preset but `tiny`


class VoiceJob(BaseModel):
    folder: Path
    preset: PresetName
    sentence: str


class VoiceMemory(BaseModel):
    """The names of the exceptions, and the samples of a sentence spoken afterwards by the same process."""

    load_error: str
    speak_error: str
    samples_afterwards: int


def check_memory(context: Context, report: Report) -> None:
    _check_run(context, report)
    if not context.cuda:
        report.add("a voice beyond the memory", NEEDS_CUDA)
        return
    text = (context.dataset / "metadata.csv").read_text(encoding="utf-8").splitlines()[0].partition("|")[2]
    job = VoiceJob(folder=context.work / "memory-voice", preset=context.main_preset, sentence=text)
    found = context.call(exhaust_voice, job, _LIMIT_S)
    report.add(
        "a voice beyond the memory",
        f"loading: {found.load_error}; a batch of 64: {found.speak_error}; "
        f"then one sentence by the same process: {found.samples_afterwards:,} samples",
        load_error=found.load_error,
        speak_error=found.speak_error,
        samples_afterwards=found.samples_afterwards,
    )


def _check_run(context: Context, report: Report) -> None:
    spec = make_spec(context, "memory")
    job = TrainingJob(spec=spec, steps=2, memory_mib=_LITTLE_MIB)
    ended = context.call(train, job, _LIMIT_S).ended
    handled = isinstance(ended, Failed) and ended.code == OutOfMemory.code
    text = f"{ended.code}: {ended.message}" if isinstance(ended, Failed) else f"NOT refused: {ended}"
    report.add("a run beyond the memory", text, handled=handled)
    again = context.call(train, TrainingJob(spec=spec, steps=2, warm_up=1), _LIMIT_S)
    report.add("the next run on the device", f"{len(again.steps)} steps", steps=len(again.steps))


def exhaust_voice(job: VoiceJob) -> VoiceMemory:
    """Load and speak with too little of the GPU's memory, then speak with enough."""
    import torch

    from services.synth.engines.coqui import CoquiEngine
    from services.synth.engines.protocol import SynthesisInput
    from shared.vits.config import WEIGHTS, write_config
    from shared.vits.model import build, generator_state, save_tensors
    from shared.vits.presets import preset

    config = preset(job.preset)
    job.folder.mkdir(parents=True)
    write_config(job.folder, config)
    save_tensors(generator_state(build(config, seed=1)), job.folder / WEIGHTS)
    total = torch.cuda.get_device_properties(0).total_memory
    torch.cuda.set_per_process_memory_fraction(_MIB / total)
    load_error = "no error"
    try:
        CoquiEngine().load(job.folder, "cuda")
    except Exception as error:  # any error is the result
        load_error = type(error).__name__
    torch.cuda.set_per_process_memory_fraction(1.0)
    voice = CoquiEngine().load(job.folder, "cuda")
    inputs = [SynthesisInput(job.sentence, speed=0.5, seed=number) for number in range(64)]
    voice.speak(inputs[:1])
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction((torch.cuda.memory_reserved() + 16 * _MIB) / total)
    speak_error = "no error"
    try:
        voice.speak(inputs)
    except Exception as error:  # any error is the result
        speak_error = type(error).__name__
    torch.cuda.set_per_process_memory_fraction(1.0)
    return VoiceMemory(
        load_error=load_error, speak_error=speak_error, samples_afterwards=len(voice.speak(inputs[:1])[0].samples)
    )
