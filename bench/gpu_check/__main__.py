"""`python -m bench.gpu_check`: runs all parts within `--total` seconds, prints one table, writes it and the figures.

Exits with 0 if every part is done, 1 if one failed or was skipped for lack of time, 3 without a CUDA device.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from bench.espeak_corpus import cut, write_dataset
from bench.gpu_check.context import Context, DeviceName
from bench.gpu_check.device import Machine, Nothing, describe
from bench.gpu_check.memory import check_memory
from bench.gpu_check.output import make_result, table, write
from bench.gpu_check.parts import Part, run_parts
from bench.gpu_check.processes import Workers
from bench.gpu_check.resume import check_resume
from bench.gpu_check.shared import check_shared
from bench.gpu_check.speak import train_voice
from bench.gpu_check.speed import measure_speed
from bench.gpu_check.synthesis import measure_synthesis
from cli.demo.dataset import sentences

_TOTAL_S = 480.0
# Of eight minutes the first five leave two for the last, which takes what they do not use as well.
PARTS = (
    Part("speed", measure_speed, least_s=20, share=0.35),
    Part("resume", check_resume, least_s=20, share=0.15),
    Part("shared", check_shared, least_s=15, share=0.08),
    Part("synthesis", measure_synthesis, least_s=10, share=0.09),
    Part("memory", check_memory, least_s=10, share=0.08),
    Part("speak", train_voice, least_s=15),
)
_QUICK_SENTENCES, _SENTENCES = 12, 1100
NO_CUDA = 3


def main() -> int:
    parser = argparse.ArgumentParser(prog="bench.gpu_check", description=__doc__)
    parser.add_argument("--device", choices=("cuda", "cpu"), default="cuda", help="cpu tries the check out")
    parser.add_argument("--quick", action="store_true", help="the smallest preset and few steps: to try it out")
    parser.add_argument("--text", type=Path, help="Persian sentences, one on each line; default: the demo's forty")
    parser.add_argument("--total", type=float, default=_TOTAL_S, help="seconds for everything")
    parser.add_argument("--only", choices=[part.name for part in PARTS], action="append", help="may be given again")
    options = parser.parse_args()
    started, device, quick = time.monotonic(), options.device, options.quick
    with (
        tempfile.TemporaryDirectory(prefix="sokhan-gpu-check-") as name,
        Workers(Path(name), _environment(device)) as w,
    ):
        machine = w.call(describe, Nothing(), 60.0)
        if device == "cuda" and not machine.cuda:
            reason = f"{machine.device} ({machine.torch})"
            _say(f"No CUDA device, nothing was measured: {reason}. `--device cpu --quick` tries the check out.")
            return NO_CUDA
        out = Path(os.environ.get("OUT") or "gpu-check").absolute()
        out.mkdir(parents=True, exist_ok=True)
        context = _prepare(device, w, Path(name), out, options.text, quick=quick)
        parts = [part for part in PARTS if options.only is None or part.name in options.only]
        if quick:  # on a busy CPU the shares would end parts that are only tried out
            parts = [replace(part, share=None) for part in parts]
        total = options.total - (time.monotonic() - started)
        outcomes = run_parts(parts, context, total_s=total, say=_say)
        result = make_result(outcomes, _named(machine, device), quick=quick, seconds=time.monotonic() - started)
    write(result, out)
    print(table(result))
    return 0 if all(outcome.status == "done" for outcome in outcomes) else 1


def _prepare(device: DeviceName, workers: Workers, work: Path, out: Path, text: Path | None, *, quick: bool) -> Context:
    chosen = sentences() if text is None else cut(text.read_text(encoding="utf-8"))
    seconds = write_dataset(work / "dataset", chosen[: _QUICK_SENTENCES if quick else _SENTENCES])
    _say(f"{seconds / 60:.1f} minutes of speech")
    return Context(device, quick, workers, work / "dataset", work, out)


def _environment(device: DeviceName) -> Mapping[str, str]:
    """One GPU, or none: Coqui's Trainer takes every device that it sees, and refuses several."""
    if device == "cpu":
        return {"CUDA_VISIBLE_DEVICES": "", "OMP_NUM_THREADS": "1"}
    return {"CUDA_VISIBLE_DEVICES": os.environ.get("CUDA_VISIBLE_DEVICES", "0").split(",")[0]}


def _named(machine: Machine, device: DeviceName) -> Machine:
    return machine if device == "cuda" else machine.model_copy(update={"device": f"CPU, {os.cpu_count()} cores"})


def _say(message: str) -> None:
    print(message, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
