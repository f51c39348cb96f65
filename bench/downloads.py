"""`python -m bench.downloads`: Sokhan, huggingface_hub and curl side by side, from one test hub on loopback.

Bounded, in a folder of its own that is removed at the end (`--folder` says on which disk). `--quick` tries it out with
files of 50 MB, once each.
"""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import importlib.metadata
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from bench.contenders import Cancelled, Contender, Cost, Curl, HuggingFace, InferenceInput, Sokhan
from bench.measure import peak_memory
from bench.platform import machine
from tests.support.hub import TestHub, running_hub
from tests.support.platform import platform

MB = 1_000_000
RATE, LATENCY = 30 * MB, 0.03
SMALL_FILES, SMALL_SIZE = 200, 20_000
NAMES = ("gateway", "downloader", "scanner")
NONE = "–"


@dataclass(frozen=True, slots=True)
class Sizes:
    """Bytes of the large file and of a fifth of it; how often each contender fetches, and how often it is cancelled
    (one that takes seconds to end: `slow_cancels` times)."""

    large: int = 500 * MB
    repeats: int = 3
    cancels: int = 10
    slow_cancels: int = 3


@dataclass
class Row:
    """A line of the table: a cell for each contender by name, then the ratio and the aim."""

    what: str
    cells: dict[str, str]
    ratio: str = ""
    aim: str = ""


@dataclass
class Bench:
    hub: TestHub
    contenders: Sequence[Contender]
    sizes: Sizes
    hashes: dict[str, str] = field(default_factory=dict)

    def large(self, size: int) -> InferenceInput:
        wanted = InferenceInput(f"bench/large-{size // MB}", ["model.safetensors"], size)
        self.hashes[wanted.repo] = self.hub.put_file(wanted.repo, wanted.names[0], size)
        self.hub.commit(wanted.repo)  # hashes what is new, which is not to be counted to whoever comes first
        return wanted

    def small(self) -> InferenceInput:
        names = [f"file-{number:03}.bin" for number in range(SMALL_FILES)]
        self.hub.put("bench/small", {name: os.urandom(SMALL_SIZE) for name in names})
        self.hub.commit("bench/small")
        return InferenceInput("bench/small", names, SMALL_FILES * SMALL_SIZE)

    def one(self, contender: Contender, wanted: InferenceInput) -> Cost:
        self.settle()
        cost = contender.fetch(wanted)
        self.check_and_remove(contender, wanted)
        return cost

    def settle(self) -> None:
        """Nobody pays for what another left to be written."""
        os.sync()
        time.sleep(0.5)
        self.hub.clear()

    def check_and_remove(self, contender: Contender, wanted: InferenceInput) -> None:
        folder = contender.folder(wanted)
        size = sum((folder / name).stat().st_size for name in wanted.names)
        assert size == wanted.size, f"{contender.name} has {size:,} bytes of {wanted.size:,}"
        if expected := self.hashes.get(wanted.repo):
            with (folder / wanted.names[0]).open("rb") as file:
                assert hashlib.file_digest(file, "sha256").hexdigest() == expected, f"{contender.name}: other content"
        shutil.rmtree(folder)

    def side_by_side(self, wanted: InferenceInput) -> dict[str, list[Cost]]:
        """Interleaved, so that whatever else the machine does meets all alike."""
        costs: dict[str, list[Cost]] = {contender.name: [] for contender in self.contenders}
        for number in range(self.sizes.repeats):
            for contender in self.contenders:
                costs[contender.name].append(self.one(contender, wanted))
                say(f"{wanted.repo} {number + 1}: {contender.name} {costs[contender.name][-1].seconds:.2f} s")
        return costs

    def again_after_kill(self, contender: Contender, wanted: InferenceInput, *, frozen: bool) -> int:
        """Bytes that the hub sent over both runs less the file's size and less those never read; the worst of all."""
        found: list[int] = []
        for _ in range(self.sizes.repeats):
            self.settle()
            unread = contender.killed_at_half(wanted, frozen=frozen)
            sent = self.hub.sent(f"{wanted.repo}/{wanted.names[0]}")
            self.check_and_remove(contender, wanted)
            found.append(max(0, sent - wanted.size - unread))
            say(f"killed at half: {contender.name} {sent - wanted.size:,} bytes again, {unread:,} known to be unread")
        return max(found)

    def cancels(self, contender: Contender, wanted: InferenceInput) -> list[Cancelled]:
        found: list[Cancelled] = []
        while len(found) < (self.sizes.slow_cancels if found and found[0].told > 2 else self.sizes.cancels):
            self.settle()
            found.append(contender.cancelled(wanted, wanted.size // 10))
            shutil.rmtree(contender.folder(wanted), ignore_errors=True)
            say(f"cancelled: {contender.name} {found[-1].told * 1000:.0f} ms, {found[-1].last_byte * 1000:.0f} ms")
        return found


def say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


def mebibytes(kibibytes: int) -> str:
    return f"{kibibytes / 1024:.0f}"


def times(what: str, costs: dict[str, list[Cost]], aim: str) -> Row:
    seconds = {name: [cost.seconds for cost in of_one] for name, of_one in costs.items()}
    medians = {name: statistics.median(of_one) for name, of_one in seconds.items()}
    cells = {name: f"{medians[name]:.2f} s ({min(found):.2f}–{max(found):.2f})" for name, found in seconds.items()}
    return Row(what, cells, f"{medians[HuggingFace.name] / medians[Sokhan.name]:.2f}", aim)


def processor(costs: dict[str, list[Cost]], sokhan: Sokhan) -> Row:
    medians = {name: statistics.median(cost.cpu for cost in of_one) for name, of_one in costs.items()}
    cells = {name: f"{median:.2f} s" for name, median in medians.items()}
    others = statistics.median(sokhan.others_cpu[-len(costs[sokhan.name]) :])
    cells[sokhan.name] += f" (+ {others:.2f} s gateway and scanner)"
    return Row(
        "processor time of that, user + system", cells, f"{medians[HuggingFace.name] / medians[Sokhan.name]:.2f}"
    )


def memory(bench: Bench, sokhan: Sokhan) -> Row:
    """Each contender's peak after a file, and after one five times its size; Sokhan's is one process that goes on."""
    idle = mebibytes(peak_memory(sokhan.process))
    fifth, whole = bench.large(bench.sizes.large // 5), bench.large(bench.sizes.large)
    cells: dict[str, str] = {}
    for contender in bench.contenders:
        peaks = [bench.one(contender, wanted).peak for wanted in (fifth, whole)]
        cells[contender.name] = f"{mebibytes(peaks[0])} → {mebibytes(peaks[1])} MiB"
    cells[sokhan.name] += f" (idle {idle})"
    what = f"peak memory, file of {fifth.size // MB} MB → {whole.size // MB} MB"
    return Row(what, cells, aim="flat in file size")


def cancelling(bench: Bench, wanted: InferenceInput) -> list[Row]:
    found = {contender.name: bench.cancels(contender, wanted) for contender in bench.contenders}

    def cells(which: Callable[[Cancelled], float]) -> dict[str, str]:
        return {
            name: f"{statistics.median(map(which, of_one)) * 1000:.0f} / {max(map(which, of_one)) * 1000:.0f} ms"
            f" ({len(of_one)})"
            for name, of_one in found.items()
        }

    said = "cancel → `cancelled` on /ws; SIGINT → process ended; middle / worst (times)"
    return [
        Row(said, cells(lambda one: one.told), aim="≤ 200 ms"),
        Row("cancel → the hub's last byte, middle / worst (times)", cells(lambda one: one.last_byte)),
    ]


def measure(bench: Bench, sokhan: Sokhan) -> list[Row]:
    size = f"one file of {bench.sizes.large // MB} MB"
    peaks = memory(bench, sokhan)
    large, small = bench.large(bench.sizes.large), bench.small()
    open_line = bench.side_by_side(large)
    rows = [
        times(f"{size}, the line as fast as it goes", open_line, "≥ 1"),
        processor(open_line, sokhan),
        peaks,
        times(f"{SMALL_FILES} files of {SMALL_SIZE // 1000} KB", bench.side_by_side(small), "≥ 1.3"),
    ]
    bench.hub.shape(RATE, LATENCY)
    shaped = f"{RATE // MB} MB/s a connection, {LATENCY * 1000:.0f} ms"
    rows.append(times(f"{size}, {shaped}", bench.side_by_side(large), "≥ 5"))
    for frozen, which in ((False, "by the hub's count"), (True, "only what the process had read")):
        again = {one.name: bench.again_after_kill(one, large, frozen=frozen) for one in bench.contenders}
        cells = {name: f"{count / MB:.1f} MB" for name, count in again.items()}
        rows.append(Row(f"fetched again after kill -9 at half, {shaped}: {which}, worst", cells, aim="< 4 MB"))
    return rows + cancelling(bench, large)


def table(rows: Sequence[Row]) -> str:
    names = (Sokhan.name, HuggingFace.name, Curl.name)
    lines = [f"| what | {' | '.join(names)} | hf / Sokhan | aim |", "|---|---|---|---|---|---|"]
    for row in rows:
        cells = " | ".join(row.cells.get(name, NONE) for name in names)
        lines.append(f"| {row.what} | {cells} | {row.ratio} | {row.aim} |")
    return "\n".join(lines)


NOTES = """
Times are the median (least–most) of {repeats}, the contenders taking turns, all from one test hub that shares the
machine. Sokhan: from `POST /api/sources/download` to the terminal event on `/ws`, so with queue, claim, listing,
transfer, sha256, fsync and the scanner's look. huggingface_hub: `snapshot_download(local_dir=…)` in a fresh process
without xet, timed after its imports; it checks sizes only and forces nothing to the disk. curl: knows each URL
beforehand, so it lists nothing, and checks nothing; its time includes its start; eight files at once where there are
several. Every small file is a redirect to the file server here, as large files are. What the system caches is dropped
for nobody; what is still to be written is written before each run. Fetched again, by the hub's count: bytes that it
handed to its sockets over both runs less the file's size, so with what was on its way, in the buffers of both sockets,
when the process died. Only what the process had read: measured anew, the process frozen half a second before the kill
and what then lies unread in those buffers taken off. The file's hash was checked afterwards. Peak memory: VmHWM of the
process; the downloader is one process that fetches all of it.
"""


def versions() -> str:
    curl = subprocess.run(["curl", "--version"], capture_output=True, text=True, check=False) if Curl.found() else None
    revision = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    told = f"curl {curl.stdout.split()[1]}" if curl else "curl is not installed: its column stays empty"
    hub = importlib.metadata.version("huggingface_hub")
    return f"huggingface_hub {hub}, {told}, Sokhan at {revision.stdout.strip()}"


def main() -> None:
    parser = argparse.ArgumentParser(prog="bench.downloads", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="files of 50 MB, once each: to try it out")
    parser.add_argument("--folder", type=Path, help="where some 2 GB may lie meanwhile; the system's temporary folder")
    options = parser.parse_args()
    sizes = Sizes(50 * MB, 1, 3, 1) if options.quick else Sizes()
    say("Measuring; under a minute …" if options.quick else "Measuring; about ten minutes on two cores …")
    with (
        tempfile.TemporaryDirectory(prefix="sokhan-bench-", dir=options.folder) as name,
        running_hub(Path(name) / "hub", {"HUB_UPSTREAM": "self"}) as hub,
    ):
        folder = Path(name)
        environment = {
            "HF_ENDPOINT": hub.url, "SOKHAN_UNLISTED_DOWNLOADS": "true", "SOKHAN_DOWNLOADS_PER_USER": "0",
        }  # fmt: skip
        with platform(folder / "sokhan", NAMES, environment) as built:
            sokhan = Sokhan(built, hub)
            contenders: list[Contender] = [sokhan, HuggingFace(hub, folder / "hf")]
            contenders += [Curl(hub, folder / "curl")] if Curl.found() else []
            rows = measure(Bench(hub, contenders, sizes), sokhan)
    print(f"Measured on {dt.datetime.now(dt.UTC):%Y-%m-%d}, {machine()}; {versions()}.\n")
    print(table(rows))
    print(NOTES.format(repeats=sizes.repeats))


if __name__ == "__main__":
    main()
