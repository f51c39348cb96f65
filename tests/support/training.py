"""A data set that espeak-ng speaks, and the child as a process. Runs that take seconds are shared by the session."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import soundfile

from services.trainer.interface.protocol import SPEC_VARIABLE, ChildControl, Message, RunSpec, Step, parse_message
from shared.contracts.wire import ConfigValue
from shared.persian.espeak import SAMPLE_RATE, espeak
from shared.persian.frontend import Frontend
from shared.persian.readings.espeak_input import espeak_input
from tests.support.processes import ROOT
from tests.support.toy.recipe import TOY_PATH

SENTENCES = (
    "سلام، حال شما چطور است؟",
    "امروز هوا خوب است.",
    "کتاب روی میز است.",
    "من به خانه می‌روم.",
    "قاشق را بیاور.",
    "فردا باران می‌بارد.",
)
# 5 utterances to learn from, 1 to validate: two steps an epoch.
CONFIG: dict[str, ConfigValue] = {
    "preset": "tiny",
    "batch_size": 3,
    "max_steps": 12,
    "evaluate_every": 5,
    "checkpoint_every": 5,
    "learning_rate": 1e-3,
    "device": "cpu",
    "quality_utterances": 0,
}
# Five samples in batches of three: two steps an epoch as well.
TOY: dict[str, ConfigValue] = {
    "samples": 5, "batch_size": 3, "max_steps": 12, "evaluate_every": 5, "checkpoint_every": 5, "step_seconds": 0.02,
}  # fmt: skip


def write_dataset(folder: Path, rows: list[tuple[str, str]]) -> Path:
    """LJSpeech's layout from (id, text); the audio is the text as espeak-ng says it."""
    (folder / "wavs").mkdir(parents=True)
    for name, text in rows:
        samples = np.frombuffer(espeak().speak(espeak_input(Frontend().read(text))), dtype=np.int16)
        soundfile.write(folder / "wavs" / f"{name}.wav", samples, SAMPLE_RATE, subtype="PCM_16")
    (folder / "metadata.csv").write_text("".join(f"{n}|{t}\n" for n, t in rows), encoding="utf-8")
    return folder


class Child:
    """`python -m services.trainer.child` at the other end of two pipes."""

    def __init__(
        self,
        spec: RunSpec | bytes,
        command: Sequence[str] = (sys.executable, "-m", "services.trainer.child"),
        path: Sequence[Path] = (TOY_PATH, ROOT),
    ):
        line = spec if isinstance(spec, bytes) else spec.line()
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            # Two threads that wait for each other on a busy machine are ten times slower than one.
            env={
                **os.environ,
                "OMP_NUM_THREADS": "1",
                "PYTHONPATH": os.pathsep.join(map(str, path)),
                SPEC_VARIABLE: line.decode(),
            },
        )
        self.messages: list[Message] = []

    def tell(self, control: ChildControl) -> None:
        self._write(control.line())

    def _write(self, line: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(line)
        self.process.stdin.flush()

    def read(self, until: Callable[[Message], bool]) -> Message:
        """The first message that fits; every line of stdout must be one."""
        assert self.process.stdout is not None
        for line in self.process.stdout:
            self.messages.append(parse_message(line))
            if until(self.messages[-1]):
                return self.messages[-1]
        raise AssertionError(f"the child ended after {self.messages[-3:]}")

    def end(self) -> int:
        """Read what is left; the exit status."""
        assert self.process.stdout is not None
        self.messages += [parse_message(line) for line in self.process.stdout]
        return self.process.wait(30)

    @property
    def steps(self) -> dict[int, dict[str, float]]:
        return {m.step: m.values for m in self.messages if isinstance(m, Step)}

    def kill(self) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


@dataclass(frozen=True)
class Runs:
    """Makes specs and children of one dataset under one data folder."""

    root: Path
    dataset: Path
    children: list[Child]

    def spec(self, run_id: str, **changes: ConfigValue) -> RunSpec:
        return RunSpec(
            run_id=run_id,
            recipe="vits",
            config={**CONFIG, **changes},
            datasets=(self.dataset,),
            checkpoints=self.root / "checkpoints" / run_id,
            scratch=self.root / "tmp",
            product_folder=self.root / "models" / "local" / run_id,
            product_name=run_id,
        )

    def toy(self, run_id: str, **changes: ConfigValue) -> RunSpec:
        """A run that trains nothing, for what surrounds the training."""
        return self.spec(run_id).model_copy(update={"recipe": "toy", "config": {**TOY, **changes}})

    def start(self, spec: RunSpec | bytes, *command: str) -> Child:
        child = Child(spec, command) if command else Child(spec)
        self.children.append(child)
        return child


@dataclass(frozen=True)
class FinishedRun:
    spec: RunSpec
    child: Child
    status: int
