"""`make soak`: a steady load without faults, and a judgement of what grows.

python -m tests.chaos.soak --minutes 30 --folder build/soak
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import shutil
import sys
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from tests.chaos.cleanup import clean_up
from tests.chaos.history import History, read_lines
from tests.chaos.listeners import listen
from tests.chaos.load import Load
from tests.chaos.run import rest
from tests.chaos.samples import Sample, Sampler, store_bytes
from tests.chaos.slopes import Bound, Judgement, judge
from tests.chaos.stack import Stack, running_stack
from tests.chaos.warming import fill_recent_events

_PACE_S = 1.0
"""An operation a second leaves two cores half idle: queues stay short, and what waits in them does not count."""

BOUNDS = {
    "memory, MiB": Bound(once=8, per_hour=16),
    "open files": Bound(once=4, per_hour=8),
    "threads": Bound(once=2, per_hour=4),
    "children": Bound(once=1, per_hour=2),
    "loop lag, ms": Bound(once=5, per_hour=10),
    "work files": Bound(once=4, per_hour=8),
    "work, MiB": Bound(once=4, per_hour=8),
}
"""An hour's leak of `once` + `per_hour` is found in any window of an hour: 24 MiB of memory, 12 files, 6 threads."""
GROWS_BY_DESIGN = {("nats", "memory, MiB"): "the events of a day"}
"""Shown, not judged: the stream of events keeps a day, with an index in NATS's memory."""


@dataclass(frozen=True, slots=True)
class Settings:
    """Times in seconds. `slack`: by what the bounds are multiplied, for a run too short for them."""

    folder: Path
    seconds: float
    warm_up: float
    every: float = 10.0
    slack: float = 1.0
    seed: int = 1


@dataclass
class Report:
    """`rows`: a judgement by part and quantity. `products`: what the load left, by what it is."""

    minutes: float
    rows: dict[tuple[str, str], Judgement]
    ends: dict[str, int] = field(default_factory=dict)
    products: dict[str, str] = field(default_factory=dict)

    @property
    def growing(self) -> list[str]:
        return [
            f"{part}: {quantity}"
            for (part, quantity), found in self.rows.items()
            if found.grows and (part, quantity) not in GROWS_BY_DESIGN
        ]

    def table(self) -> str:
        lines = ["| part | quantity | at the start | at the end | an hour | |", "|---|---|---|---|---|---|"]
        for (part, quantity), found in self.rows.items():
            shown = f"{found.start:.1f} | {found.end:.1f} | {found.per_hour:+.1f}"
            judged = "**grows**" if found.grows else "flat"
            lines.append(f"| {part} | {quantity} | {shown} | {GROWS_BY_DESIGN.get((part, quantity), judged)} |")
        ends = ", ".join(f"{count:,} {end}" for end, count in sorted(self.ends.items()))
        lines += ["", f"{self.minutes:.1f} minutes judged; operations: {ends}."]
        lines += [f"{what}: {value}." for what, value in self.products.items()]
        return "\n".join(lines)


async def soak(settings: Settings) -> Report:
    """Load the platform for `seconds`; samples of the first `warm_up` are not judged."""
    shutil.rmtree(settings.folder, ignore_errors=True)
    settings.folder.mkdir(parents=True)
    data = settings.folder / "disk"
    data.mkdir()
    samples: list[tuple[float, Sample]] = []
    async with running_stack(settings.folder / "stack", data, mongo=False) as (stack, hub):
        history = History(settings.folder / "history.jsonl")
        load = Load(stack, hub, history, random.Random(settings.seed))
        await load.prepare()
        await fill_recent_events(stack)
        before = store_bytes(data)
        stop, listening = asyncio.Event(), asyncio.Event()
        async with asyncio.TaskGroup() as group:
            for account in load.accounts:
                for number in range(2):
                    log = settings.folder / f"events-{account.name}-{number}.jsonl"
                    group.create_task(listen(stack, account, log, listening))
            async with asyncio.TaskGroup() as working:
                working.create_task(load.run(stop, _PACE_S))
                working.create_task(clean_up(load, stop))
                await _watch(stack, settings, samples)
                stop.set()
            await rest(stack, load.accounts)
            listening.set()
        products = {
            "the store, a begun operation": f"{(store_bytes(data) - before) / load.operations / 1000:.1f} kB",
            "ended by themselves": ", ".join(sorted(set(stack.processes) - set(stack.running()))) or "none",
        }
        history.close()
    return _report(settings, samples, products)


async def _watch(stack: Stack, settings: Settings, samples: list[tuple[float, Sample]]) -> None:
    """Take a sample every `every` seconds for `seconds`, and write each to `samples.jsonl`."""
    sampler, began = Sampler(stack), time.monotonic()
    with (settings.folder / "samples.jsonl").open("w") as file:
        while (at := time.monotonic() - began) < settings.seconds:
            with suppress(httpx2.TimeoutException):  # a busy machine: one sample less
                sample = await asyncio.to_thread(sampler.take)
                samples.append((at, sample))
                line = {f"{part}: {quantity}": round(value, 3) for (part, quantity), value in sample.items()}
                file.write(json.dumps({"at": round(at, 1), **line}) + "\n")
                file.flush()
            await asyncio.sleep(max(0.0, settings.every - (time.monotonic() - began - at)))


def _report(settings: Settings, samples: Sequence[tuple[float, Sample]], products: Mapping[str, str]) -> Report:
    judged = [(at, sample) for at, sample in samples if at >= settings.warm_up]
    ends: dict[str, int] = {}
    for line in read_lines(settings.folder / "history.jsonl"):
        if line["step"] != "invoke":
            ends[str(line["step"])] = ends.get(str(line["step"]), 0) + 1
    minutes = (judged[-1][0] - judged[0][0]) / 60
    return Report(minutes, judge_samples(judged, settings.slack), ends, dict(products))


def judge_samples(samples: Sequence[tuple[float, Sample]], slack: float = 1.0) -> dict[tuple[str, str], Judgement]:
    """A judgement for each part and quantity that most of the samples have; `samples` with their time in seconds."""
    found = {}
    for key in sorted({key for _, sample in samples for key in sample}):
        points = [(at, sample[key]) for at, sample in samples if key in sample]
        if len(points) > len(samples) / 2:
            bound = BOUNDS[key[1]]
            times, values = zip(*points, strict=True)
            found[key] = judge(times, values, Bound(bound.once * slack, bound.per_hour * slack))
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.soak")
    parser.add_argument("--minutes", type=float, default=30, help="a sixth of it is warm-up and not judged")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("build/soak"), help="logs, history and samples")
    chosen = parser.parse_args()
    seconds = chosen.minutes * 60
    print(f"==> {chosen.minutes:g} minutes of steady load, logs in {chosen.folder}", flush=True)
    report = asyncio.run(soak(Settings(chosen.folder.absolute(), seconds, seconds / 6, seed=chosen.seed)))
    print(report.table())
    for what in report.growing:
        print(f"GROWS {what}")
    return 1 if report.growing else 0


if __name__ == "__main__":
    sys.exit(main())
