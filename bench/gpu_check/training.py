"""A job that trains: the real recipe through `services.trainer.child.run.run`, in this process."""

from __future__ import annotations

import os
import threading
import warnings
from importlib import import_module
from pathlib import Path

from pydantic import BaseModel

from bench.gpu_check.context import Context
from bench.gpu_check.device import Peak, peak, reset_peak
from services.trainer.interface.protocol import Evaluated, Failed, Finished, Message, RunSpec, Started, Step
from shared.contracts.wire import ConfigValue

NEVER = 1_000_000
_MIB = 2**20


class TrainingJob(BaseModel):
    """`warm_up` steps are not timed; then at most `steps` or `seconds`, where the process ends without a checkpoint.

    `stop_after_s`: seconds after which the run is stopped as by a user, with a checkpoint and a product.
    `meet`: a folder where runs that are measured at once leave a mark when they are warm; timing starts when `meet_of`
    of them have. `memory_mib`: what torch may take of the GPU's memory, or the process on a CPU beyond what it has.
    """

    spec: RunSpec
    warm_up: int = 0
    steps: int | None = None
    seconds: float | None = None
    stop_after_s: float | None = None
    deterministic: bool = False
    meet: Path | None = None
    meet_of: int = 2
    memory_mib: int | None = None


class Training(BaseModel):
    """`steps`: all of them; `timed`: seconds since the epoch at which the last warm-up step and each later one ended.

    `undetermined`: operations without a deterministic implementation, as torch warns.
    """

    started: Started | None = None
    steps: list[Step] = []
    evaluations: list[Evaluated] = []
    timed: list[float] = []
    ended: Finished | Failed | None = None
    memory: Peak
    undetermined: list[str] = []


class _Enough(Exception):
    """The measurement is complete."""


class _Recorder:
    """A `Channel`. Raises `_Enough` out of the training loop after the last step of a measurement."""

    def __init__(self, job: TrainingJob) -> None:
        self._job = job
        self.started: Started | None = None
        self.steps: list[Step] = []
        self.evaluations: list[Evaluated] = []
        self.timed: list[float] = []

    def send(self, message: Message) -> None:
        if isinstance(message, Started):
            self.started = message
        elif isinstance(message, Evaluated):
            self.evaluations.append(message)
        elif isinstance(message, Step):
            self._step(message)

    def _step(self, step: Step) -> None:
        self.steps.append(step)
        if len(self.steps) < self._job.warm_up:
            return
        if not self.timed:
            if not self._others_are_warm():
                return
            reset_peak()
        self.timed.append(step.time)
        if is_enough(self.timed, self._job.steps, self._job.seconds):
            raise _Enough

    def _others_are_warm(self) -> bool:
        folder = self._job.meet
        if folder is None:
            return True
        (folder / str(os.getpid())).touch()
        return len(list(folder.iterdir())) >= self._job.meet_of


def is_enough(timed: list[float], steps: int | None, seconds: float | None) -> bool:
    """Whether so many steps, or steps of so many seconds, were timed. `timed` begins with the end of the warm-up."""
    return (steps is not None and len(timed) > steps) or (seconds is not None and timed[-1] - timed[0] >= seconds)


def train(job: TrainingJob) -> Training:
    from services.trainer.child.failures import to_failed
    from services.trainer.child.run import run
    from services.trainer.interface.controls import Controls

    controls, recorder = Controls(), _Recorder(job)
    _limit_memory(job.memory_mib)
    if job.stop_after_s is not None:
        timer = threading.Timer(job.stop_after_s, controls.request, ("stop",))
        timer.daemon = True
        timer.start()
    ended: Finished | Failed | None = None
    with warnings.catch_warnings(record=True) as caught:
        _be_deterministic(job.deterministic)
        try:
            ended = run(job.spec, recorder, controls)
        except _Enough:
            pass
        except Exception as error:  # as the child reports it
            ended = to_failed(error)
            if ended.code == "INTERNAL":
                raise
    return Training(
        started=recorder.started,
        steps=recorder.steps,
        evaluations=recorder.evaluations,
        timed=recorder.timed,
        ended=ended,
        memory=peak(),
        undetermined=sorted({_operation(str(w.message)) for w in caught if "deterministic" in str(w.message)}),
    )


def make_spec(context: Context, name: str, **config: ConfigValue) -> RunSpec:
    """A run of the main preset that, unless `config` says so, neither evaluates nor writes before its last step."""
    folder = context.work / name
    return RunSpec(
        run_id="gpu-check",
        recipe="vits",
        config={
            "preset": context.main_preset, "batch_size": context.batch_size, "max_steps": NEVER,
            "evaluate_every": NEVER, "checkpoint_every": NEVER, "device": context.device,
            # The training of a recogniser would take longer than the time limits.
            "quality_utterances": 0, **config,
        },
        datasets=(context.dataset,),
        checkpoints=folder / "checkpoints",
        scratch=folder / "tmp",
        product_folder=folder / "models" / "local" / "gpu-check",
        product_name="gpu-check",
    )  # fmt: skip


def _be_deterministic(wanted: bool) -> None:
    import torch

    if wanted:
        # cuBLAS reads it when its first handle is made.
        os.environ["CUBLAS_WORKSPACE_CONFIG"] = ":4096:8"
        warnings.simplefilter("always")
        torch.use_deterministic_algorithms(mode=True, warn_only=True)


def _limit_memory(mib: int | None) -> None:
    if mib is None:
        return
    import torch

    if torch.cuda.is_available():
        total = torch.cuda.get_device_properties(0).total_memory
        torch.cuda.set_per_process_memory_fraction(mib * _MIB / total)
        return
    # A run imports them on its way. An import that runs out of memory ends with a SystemError of CPython or an
    # ImportError, which says nothing about how a run meets its limit.
    for module in ("torch._dynamo", "shared.vits.compat", "services.trainer.recipes.vits.build", "scipy.signal"):
        import_module(module)
    from services.trainer.child.limits import limit_memory

    status = Path("/proc/self/status").read_text()
    used = next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmData"))
    limit_memory(used * 1024 + mib * _MIB)


def _operation(warning: str) -> str:
    """torch's `X does not have a deterministic implementation, but you set …`."""
    return warning.partition(" does not have")[0].strip()[:80]
