"""Training loops taking turns: what `bench/training.py` asks of every contender, and what it gets back.

All contenders are started, make their first steps, and are stopped (SIGSTOP). Then each in turn may make some steps,
round by round: whatever else the machine does meets all alike, and nobody's start is in the numbers.
"""

from __future__ import annotations

import itertools
import json
import os
import signal
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

from bench.downloads import say
from bench.measure import cpu_seconds, peak_memory
from tests.support.processes import ROOT

# Made before anything is measured: allocators, caches and lazy imports settle in the first two or three.
_WARM_UP = 5
_LIMIT_S = 300.0  # no start and no turn takes longer, or it counts as failed
# One thread each: two that wait for each other on a machine of two cores measure whatever else it does.
_ENVIRONMENT = {"OMP_NUM_THREADS": "1", "OMP_WAIT_POLICY": "PASSIVE", "CUDA_VISIBLE_DEVICES": ""}


@dataclass(frozen=True)
class Contender:
    """`python -m` these arguments with this environment; `ended` reads off a line of its stdout when a step ended, in
    seconds since the epoch, if the line says that."""

    name: str
    arguments: Sequence[str]
    ended: Callable[[bytes], float | None]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass
class Pace:
    """By round: the mean seconds of a step, loading its batch included, and the processor's seconds for a step, which
    other people's work hardly changes. `steps` are all of them, in seconds; `peak` in KiB."""

    rounds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)
    steps: list[float] = field(default_factory=list)
    peak: int = 0

    @property
    def rate(self) -> float:
        return len(self.steps) / sum(self.steps)

    @property
    def median(self) -> float:
        return statistics.median(self.steps)


class Racer:
    """A contender's process; a context manager."""

    def __init__(self, contender: Contender, log: Path) -> None:
        self._contender, self._log, self.pace = contender, log, Pace()
        with log.open("wb") as errors:
            self._popen = subprocess.Popen(
                [sys.executable, "-m", *contender.arguments],
                cwd=ROOT, env={**os.environ, **_ENVIRONMENT, **contender.environment}, stdin=subprocess.PIPE,
                stdout=subprocess.PIPE, stderr=errors,
            )  # fmt: skip

    def __enter__(self) -> Self:
        return self

    def warm_up(self) -> None:
        self._steps(_WARM_UP)
        self._popen.send_signal(signal.SIGSTOP)

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._popen.kill()
        self._popen.communicate()

    def turn(self, steps: int) -> None:
        self._popen.send_signal(signal.SIGCONT)
        before = self._steps(1)[0]  # it was under way when the process was stopped
        processor = cpu_seconds(self._popen.pid)
        ends = [before, *self._steps(steps)]
        self.pace.processor.append((cpu_seconds(self._popen.pid) - processor) / steps)
        self._popen.send_signal(signal.SIGSTOP)
        self.pace.steps += [end - start for start, end in itertools.pairwise(ends)]
        self.pace.rounds.append((ends[-1] - ends[0]) / steps)
        self.pace.peak = peak_memory(self._popen.pid)

    def _steps(self, count: int) -> list[float]:
        """When each of the next steps ended."""
        found: list[float] = []
        limit = threading.Timer(_LIMIT_S, self._popen.kill)
        limit.start()
        assert self._popen.stdout is not None
        try:
            while len(found) < count:
                line = self._popen.stdout.readline()
                assert line, f"{self._contender.name} has ended: {self._log.read_text(errors='replace')[-2000:]}"
                moment = self._contender.ended(line)
                if moment is not None:
                    found.append(moment)
        finally:
            limit.cancel()
        return found


def race(contenders: Sequence[Contender], folder: Path, *, rounds: int, steps: int) -> dict[str, Pace]:
    """By name. Every other round goes backwards, so that nobody always comes after the same one."""
    with ExitStack() as stack:
        racers: list[Racer] = []
        for number, contender in enumerate(contenders):
            racers.append(stack.enter_context(Racer(contender, folder / f"{number}.log")))
            racers[-1].warm_up()
            say(f"{contender.name}: ready")
        for number in range(rounds):
            for racer in racers if number % 2 == 0 else reversed(racers):
                racer.turn(steps)
            say(f"round {number + 1}: " + ", ".join(f"{racer.pace.rounds[-1] * 1000:.0f} ms" for racer in racers))
    return {contender.name: racer.pace for contender, racer in zip(contenders, racers, strict=True)}


_ENDED = b'{"ended": '


def tell() -> None:
    """For a contender of ours to call at the end of each step."""
    sys.stdout.write(json.dumps({"ended": time.time()}) + "\n")
    sys.stdout.flush()


def told(line: bytes) -> float | None:
    """Other lines are what its libraries print."""
    return float(json.loads(line)["ended"]) if line.startswith(_ENDED) else None


def table(found: dict[str, Pace]) -> str:
    """The first contender is ours; the ratios are theirs over ours, round by round."""
    (ours, mine), *others = found.items()
    lines = ["| loop | steps/s | middle step | processor a step | peak memory | step / ours | processor / ours |"]
    lines += ["|---|---|---|---|---|---|---|", f"| {ours} | {_cells(mine)} |  |  |"]
    for name, pace in others:
        step, processor = _ratio(pace.rounds, mine.rounds), _ratio(pace.processor, mine.processor)
        lines.append(f"| {name} | {_cells(pace)} | {step} | {processor} |")
    return "\n".join(lines)


def _cells(pace: Pace) -> str:
    processor = statistics.mean(pace.processor) * 1000
    return f"{pace.rate:.2f} | {pace.median * 1000:.0f} ms | {processor:.0f} ms | {pace.peak / 1024:.0f} MiB"


def _ratio(theirs: Sequence[float], ours: Sequence[float]) -> str:
    """Median (lower–upper quartile) over the rounds."""
    ratios = [their / own for their, own in zip(theirs, ours, strict=True)]
    if len(ratios) < 2:
        return f"{ratios[0]:.2f}"
    lower, median, upper = statistics.quantiles(ratios, n=4, method="inclusive")
    return f"{median:.2f} ({lower:.2f}–{upper:.2f})"
