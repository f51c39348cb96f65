"""`python -m bench.learning DATASET RECOGNIZER FOLDER`: quality against wall clock, ours and Coqui's side by side.

Both train preset `small` on the same utterances at the same learning rate, one thread each, at the same time. Ours uses
what the recipe offers (warm-up, cosine, late discriminators, averaged weights); Coqui's Trainer has none of these. Each
writes its voice every two minutes or so; afterwards the voices speak the held-back sentences. DATASET comes from
`bench.espeak_corpus`, RECOGNIZER from `bench.base_voice`.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import torch

from bench import coqui_loop
from bench.base_voice import VALIDATION, measure
from bench.downloads import say
from services.trainer.interface.protocol import SPEC_VARIABLE, ChildControl, RunSpec
from shared.vits.config import WEIGHTS, write_config
from shared.vits.model import generator_state, save_tensors
from shared.vits.presets import preset
from tests.support.processes import ROOT

BATCH_SIZE, LEARNING_RATE = 16, 1e-3
_EVERY_S = 120.0
_EVERY_STEPS = 200
_ENDS_S = 120.0  # for the last checkpoint after the stop
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "CUDA_VISIBLE_DEVICES": ""}


class _TimeIsUp(Exception):
    pass


def train_coqui(dataset: Path, folder: Path, seconds: float) -> None:
    """Train with Coqui's Trainer; a voice every two minutes, named by the second."""
    started = time.time()
    saved = 0.0

    def on_step(model: torch.nn.Module) -> None:
        nonlocal saved
        age = time.time() - started
        if age - saved >= _EVERY_S or age > seconds:
            saved = age
            voice = folder / f"{age:.0f}"
            voice.mkdir(parents=True)
            save_tensors(generator_state(model), voice / WEIGHTS)
            write_config(voice, preset("small"))
        if age > seconds:
            raise _TimeIsUp

    options = coqui_loop.Options(
        dataset, BATCH_SIZE, "own", "small", learning_rate=LEARNING_RATE, validation_fraction=VALIDATION
    )
    try:
        coqui_loop.train(options, on_step)
    except _TimeIsUp:
        return


def our_spec(dataset: Path, folder: Path, steps: int) -> RunSpec:
    return RunSpec(
        run_id="learning",
        recipe="vits",
        config={
            "preset": "small", "batch_size": BATCH_SIZE, "learning_rate": LEARNING_RATE, "warmup_steps": 200,
            "schedule": "cosine", "max_steps": steps, "adversarial_from": steps * 3 // 4, "average_decay": 0.998,
            "validation_fraction": VALIDATION, "evaluate_every": _EVERY_STEPS, "checkpoint_every": _EVERY_STEPS,
            "keep_checkpoints": 100, "quality_utterances": 0, "device": "cpu",
        },
        datasets=(dataset,),
        checkpoints=folder / "checkpoints",
        scratch=folder / "tmp",
        product_folder=folder / "models" / "local" / "learning",
        product_name="learning",
    )  # fmt: skip


def race(dataset: Path, folder: Path, minutes: float, steps: int) -> None:
    """Train both at the same time, each for `minutes`."""
    (folder / "ours" / "tmp").mkdir(parents=True)
    environment = {**os.environ, **_ENVIRONMENT}
    spec = our_spec(dataset.absolute(), (folder / "ours").absolute(), steps).model_dump_json()
    commands = {
        "ours": (["services.trainer.child"], {SPEC_VARIABLE: spec}),
        "coqui": (["bench.learning", str(dataset), "-", str(folder), "--coqui", "--minutes", str(minutes)], {}),
    }
    processes: dict[str, subprocess.Popen[bytes]] = {}
    started = time.time()
    for name, (arguments, more) in commands.items():
        with (folder / f"{name}.log").open("wb") as log:
            processes[name] = subprocess.Popen(
                [sys.executable, "-m", *arguments],
                cwd=ROOT, env={**environment, **more}, stdin=subprocess.PIPE, stdout=log, stderr=log,
            )  # fmt: skip
    (folder / "started").write_text(str(started), encoding="utf-8")
    try:
        processes["coqui"].wait(60 * minutes + _ENDS_S)
        ours = processes["ours"]
        if ours.poll() is None and ours.stdin is not None:
            ours.stdin.write(ChildControl(action="stop").line())
            ours.stdin.flush()
        ours.wait(_ENDS_S)
    finally:
        for process in processes.values():
            process.kill()
            process.wait()


@dataclass(frozen=True, slots=True)
class _Voice:
    folder: Path
    seconds: float


def voices(folder: Path) -> dict[str, list[_Voice]]:
    """The written voices of both, by the seconds after the start."""
    started = float((folder / "started").read_text(encoding="utf-8"))
    ours = [
        _Voice(path.parent, path.stat().st_mtime - started) for path in folder.glob("ours/checkpoints/*/metrics.json")
    ]
    theirs = [_Voice(path, float(path.name)) for path in folder.glob("coqui/*")]
    return {
        "Sokhan": sorted(ours, key=lambda voice: voice.seconds),
        "Coqui's Trainer": sorted(theirs, key=lambda voice: voice.seconds),
    }


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.learning", description=__doc__)
    parser.add_argument("dataset", type=Path)
    parser.add_argument("recognizer", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--minutes", type=float, default=20.0)
    parser.add_argument("--steps", type=int, default=1600, help="ours plans its learning rate for so many")
    parser.add_argument("--most", type=int, default=40, help="held-back sentences for each voice")
    parser.add_argument("--coqui", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.coqui:
        train_coqui(options.dataset, options.folder / "coqui", 60 * options.minutes)
        return
    race(options.dataset, options.folder, options.minutes, options.steps)
    print("| loop | minute | phonemes wrong | distortion |\n|---|---|---|---|")
    for name, written in voices(options.folder).items():
        for voice in written:
            figures = measure(options.recognizer, options.dataset, voice.folder, options.most)
            minute = f"{voice.seconds / 60:.1f}"
            print(f"| {name} | {minute} | {figures['per']:.1%} | {figures['mcd']:.1f} dB |", flush=True)
            say(f"{name}, minute {minute}: {figures}")


if __name__ == "__main__":
    main()
