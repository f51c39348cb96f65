"""`make bench WHAT=console`: the web console in Chromium, on loopback.

Sizes of the bundle; the first paint in a new browser; frames and memory of the page of a running training; many tabs on
one gateway. The training is a toy: steps of 20 ms that train nothing, so that the machine is the page's.
`MINUTES` (3) and `TABS` (50) of the environment set the length of the watch and the number of tabs.
"""

from __future__ import annotations

import gzip
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import TypedDict

from bench.measure import cpu_seconds, resident_memory
from bench.platform import machine
from services.gateway.console.bundle import DIST
from tests.support.browser import chromium_binary
from tests.support.ljspeech import write_ljspeech
from tests.support.platform import Platform, platform
from tests.support.processes import ROOT, wait_until

MINUTES = os.environ.get("MINUTES", "3")
TABS = os.environ.get("TABS", "50")
_POINTS = 2000
_LIMIT_S = 900 + 60 * float(MINUTES)
_WATCH_S = 20


def sizes() -> dict[str, int]:
    """Bytes over the line (gzip): what the first page loads, the largest page's own, and the runtime for voices."""

    def sent(name: str) -> int:
        file = DIST / name
        return len(file.read_bytes()) if file.suffix in {".gz", ".woff2"} else len(gzip.compress(file.read_bytes(), 9))

    page = (DIST / "index.html").read_text(encoding="utf-8")
    first = {"index.html", *re.findall(r'(?:src|href)="/(assets/[^"]+)"', page)}
    first |= {f"assets/{file.name}" for file in DIST.glob("assets/*.js") if file.name.startswith(("fa-", "HomePage-"))}
    pages = [f"assets/{file.name}" for file in DIST.glob("assets/*Page-*.js")]
    return {
        "first page (Persian), without its font": sum(map(sent, first)),
        "font for Persian": sum(sent(f"assets/{file.name}") for file in DIST.glob("assets/*arabic*.woff2")),
        "all scripts and styles": sum(
            sent(f"assets/{file.name}") for file in DIST.glob("assets/*") if file.suffix in {".js", ".css"}
        ),
        "largest page of its own": max(map(sent, pages)),
        "onnxruntime for speech in the browser": sum(
            sent(f"assets/{file.name}") for file in DIST.glob("assets/*.wasm.gz")
        ),
    }


def start_run(sokhan: Platform) -> str:
    """A toy run that has `_POINTS` points and goes on for an hour and more."""
    write_ljspeech(sokhan.data / "datasets" / "local" / "toy")
    config = {"step_seconds": 0.02, "max_steps": 1_000_000, "checkpoint_every": 100_000, "evaluate_every": 100_000}
    request = {"recipe": "toy", "datasets": ["local/toy"], "config": config, "name": "toy"}
    with sokhan.client() as client:
        wait_until(lambda: client.post("/api/training", json=request).status_code == 202, 60, "the run is accepted")
        run = str(client.get("/api/training").json()["data"][0]["id"])
    wait_until(lambda: int(str(sokhan.get(f"/api/training/{run}")["step"])) >= _POINTS, 300, f"{_POINTS} steps")
    return run


class Home(TypedDict):
    firstPaint: float
    standing: float


class Watched(TypedDict):
    charts: int
    frameMedian: float
    frame99: float
    longTasks: int
    longest: float
    heaps: list[float]


class Opened(TypedDict):
    seconds: float


class Measured(TypedDict):
    """What console/journeys/measure.js prints: milliseconds, bytes, seconds."""

    home: Home
    watched: Watched
    opened: Opened


def measure(sokhan: Platform, run: str) -> tuple[Measured, str]:
    """What the browser has measured, and what the tabs cost the gateway."""
    gateway = sokhan.processes["gateway"].popen.pid
    before = resident_memory(gateway)
    command = [str(ROOT / ".venv-console/bin/node"), "journeys/measure.js", sokhan.url, run, MINUTES, TABS]
    environment = {**os.environ, "CHROMIUM": chromium_binary()}
    process = subprocess.Popen(
        command, cwd=ROOT / "console", env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    watchdog = threading.Timer(_LIMIT_S, process.kill)
    watchdog.start()
    try:
        cost, errors = "", []
        for line in process.stderr:
            errors.append(line)
            if line == "tabs open\n":
                used = cpu_seconds(gateway)
                threading.Event().wait(_WATCH_S * 0.75)
                share = (cpu_seconds(gateway) - used) / (_WATCH_S * 0.75)
                memory = resident_memory(gateway)
                cost = f"{share:.0%} of a core, {memory / 2**20:.0f} MiB (before {before / 2**20:.0f} MiB)"
        output = process.communicate()[0]
    finally:
        watchdog.cancel()
    if process.returncode != 0:
        sys.exit("".join(errors))
    return json.loads(output), cost


def main() -> None:
    print(machine())
    print("\n| sent over the line | kB |\n|---|---|")
    for name, size in sizes().items():
        print(f"| {name} | {size / 1000:.0f} |")
    with tempfile.TemporaryDirectory() as folder, platform(Path(folder) / "sokhan") as sokhan:
        run = start_run(sokhan)
        found, cost = measure(sokhan, run)
    home, watched, opened = found["home"], found["watched"], found["opened"]
    heaps = [heap / 2**20 for heap in watched["heaps"]]
    rows = {
        "home, new browser: first paint, page stands": f"{home['firstPaint']:.0f} ms, {home['standing']:.0f} ms",
        f"run, {watched['charts']} charts: median frame, p99": (
            f"{watched['frameMedian']:.1f} ms, {watched['frame99']:.1f} ms"
        ),
        "long tasks (over 50 ms) in 30 s, the longest": f"{watched['longTasks']}, {watched['longest']:.0f} ms",
        f"heap each minute over {MINUTES} min": f"{', '.join(f'{heap:.1f}' for heap in heaps)} MiB",
        "heap, median of the first and of the second half": _halves(heaps),
        f"{TABS} tabs stand after": f"{opened['seconds']:.0f} s",
        f"the gateway with {TABS} tabs": cost,
    }
    print("\n| page | measured |\n|---|---|")
    for name, value in rows.items():
        print(f"| {name} | {value} |")


def _halves(heaps: list[float]) -> str:
    middle = max(1, len(heaps) // 2)
    return f"{statistics.median(heaps[:middle]):.1f} to {statistics.median(heaps[middle:] or heaps):.1f} MiB"


if __name__ == "__main__":
    main()
