"""`make bench WHAT=training`: our training loop beside Coqui's and transformers', what it costs to record every step,
and how soon a run that was killed goes on.

Bounded, in a folder of its own that is removed at the end. The loops take turns, each in a process of its own, so that
whatever else the machine does meets all alike. `--only` takes one of the parts; `--quick` tries them out.
"""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.metadata
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from bench import recording, recovery
from bench.downloads import say
from bench.pace import Contender, race, table
from bench.platform import Row, machine
from bench.training_loops import masked_lm_loops, seq2seq_loops, vits_loops

LOOPS: dict[str, Callable[[Path], Sequence[Contender]]] = {
    "vits": vits_loops, "masked_lm": masked_lm_loops, "seq2seq": seq2seq_loops,
}  # fmt: skip
# Steps of a turn: some seconds, short beside what changes on a machine meanwhile and long beside the processor's ticks.
STEPS = {"vits": 4, "masked_lm": 12, "seq2seq": 12}
TINY_S = 0.5  # a step of the tiny voice, where it is not measured in the same run
PARTS = (*LOOPS, "recording", "recovery")


def versions() -> str:
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    packages = ("torch", "coqui-tts", "coqui-tts-trainer", "transformers", "accelerate")
    told = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in packages)
    return f"{told}, Sokhan at {revision.stdout.strip()}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.training", description=__doc__)
    parser.add_argument("--only", choices=PARTS, action="append", help="one of the parts; may be given again")
    parser.add_argument("--quick", action="store_true", help="few steps, once each: to try it out")
    options = parser.parse_args()
    parts, quick = options.only or PARTS, options.quick
    say("Measuring; about ten minutes on two quiet cores …")
    print(f"Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {machine()}; {versions()}.")
    rounds, times, tiny = (2, 1, TINY_S) if quick else (8, 3, TINY_S)
    with tempfile.TemporaryDirectory(prefix="sokhan-bench-") as name:
        for part in (part for part in LOOPS if part in parts):
            folder = Path(name) / part
            contenders, steps = LOOPS[part](folder), STEPS[part]
            found = race(contenders, folder, rounds=rounds, steps=steps)
            tiny = found["Sokhan"].median if part == "vits" else tiny
            print(f"\n{part}: {rounds} rounds of {steps} steps\n\n{table(found)}", flush=True)
        if "recording" in parts:
            show(recording.measure(Path(name) / "recording", tiny))
        if "recovery" in parts:
            show(recovery.measure(Path(name) / "recovery", times))
    print(NOTES.format(times=times))


NOTES = """
Loops: one thread each, the processes stopped while it is not their turn; a round is a turn for each. A step lasts from
the end of the one before to its own, so with loading its batch; ratios are theirs over ours in the same round, median
(quartiles) over the rounds. Nobody evaluates or writes while it is measured. Coqui's Trainer and transformers' Trainer
train the same model, once on the very batches of ours and once on those that they make themselves. Peak memory: VmHWM
of the process, without evaluation and checkpoints. Recording: two minutes of a run, lived through as fast as it goes.
Recovery: median (least–most) of {times}, with lease, retries and sweeps as shipped, one thread.
"""


def show(rows: Sequence[Row]) -> None:
    print("\n| what | measured |\n|---|---|")
    for what, value in rows:
        print(f"| {what} | {value} |")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
