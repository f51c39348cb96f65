"""One run: rounds of load and faults, each followed by rest and a check."""

from __future__ import annotations

import asyncio
import json
import random
import shutil
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import httpx2

from shared.trust import NOBODY
from tests.chaos.faults import Nemesis
from tests.chaos.history import History
from tests.chaos.listeners import listen
from tests.chaos.load import Account, Load
from tests.chaos.samples import resident_bytes
from tests.chaos.stack import Stack, children_of, open_files, running_stack
from tests.support.platform import SERVICES, Platform

_DISK_MB = 600
_PACE_S = 0.35
_REST_S = 150.0
_TWO_AT_ONCE = 0.15


@dataclass(frozen=True, slots=True)
class Settings:
    folder: Path
    seed: int
    faults: int
    every: int = 25
    mongo: bool = False


@dataclass
class Report:
    seed: int
    faults: Counter[str] = field(default_factory=Counter)
    operations: Counter[str] = field(default_factory=Counter)
    violations: list[str] = field(default_factory=list)
    first_handles: dict[str, int] = field(default_factory=dict)
    """Open files of each service at the first rest."""
    memory: dict[str, list[tuple[int, int]]] = field(default_factory=dict)
    """Pid and resident bytes of each service at every rest."""
    seconds: float = 0.0

    def table(self) -> str:
        rows = "".join(f"| {name} | {count} |\n" for name, count in self.faults.most_common())
        ends = ", ".join(f"{count:,} {end}" for end, count in self.operations.most_common())
        return (
            f"\nseed {self.seed}, {self.faults.total()} faults in {self.seconds / 60:.1f} minutes; {ends}\n\n"
            f"| fault | times |\n|---|---|\n{rows}\nviolations: {len(self.violations)}\n" + "\n".join(self.violations)
        )


async def run(settings: Settings) -> Report:
    """Raises `AssertionError` if the platform does not come to rest."""
    print(f"==> chaos with seed {settings.seed}: {settings.faults} faults, logs in {settings.folder}", flush=True)
    shutil.rmtree(settings.folder, ignore_errors=True)
    settings.folder.mkdir(parents=True)
    report, began = Report(settings.seed), time.monotonic()
    rng = random.Random(settings.seed)
    with data_folder(settings.folder) as (data, small):
        async with running_stack(settings.folder / "stack", data, mongo=settings.mongo) as (stack, hub):
            history = History(settings.folder / "history.jsonl")
            load = Load(stack, hub, history, random.Random(rng.random()))
            await load.prepare()
            nemesis = Nemesis(stack, hub, random.Random(rng.random()), small)
            while report.faults.total() < settings.faults and not report.violations:
                await _round(settings, report, stack, load, nemesis, rng)
            history.close()
    report.seconds = time.monotonic() - began
    return report


async def _round(
    settings: Settings, report: Report, stack: Stack, load: Load, nemesis: Nemesis, rng: random.Random
) -> None:
    """Load and faults, then rest, then the check."""
    stop, listening = asyncio.Event(), asyncio.Event()
    crashes: list[str] = []
    async with asyncio.TaskGroup() as group:
        for account in load.accounts:
            for number in range(2):
                log = settings.folder / f"events-{account.name}-{number}.jsonl"
                group.create_task(listen(stack, account, log, listening))
        supervising = group.create_task(_supervise(stack, crashes))
        async with asyncio.TaskGroup() as working:
            working.create_task(load.run(stop, _PACE_S))
            await _inflict(min(settings.every, settings.faults - report.faults.total()), report, nemesis, rng)
            for link in stack.links.values():
                link.heal()
            stop.set()
        await asyncio.to_thread(stack.wait_ready, SERVICES, 60)
        await rest(stack, load.accounts)
        await asyncio.sleep(4)  # the last events; topics without events are compared with the store every three seconds
        supervising.cancel()
        orphans = await asyncio.to_thread(_orphans, stack)
        listening.set()
    handles = {name: open_files(pid) for name, pid in stack.running().items()}
    report.first_handles = report.first_handles or handles
    for name, pid in stack.running().items():
        report.memory.setdefault(name, []).append((pid, resident_bytes(pid)))
    facts = {
        "orphans": orphans,
        "crashes": crashes,
        "disk_was_filled": report.faults["disk"] > 0,
        "open_files": {name: [report.first_handles.get(name, count), count] for name, count in handles.items()},
        "memory": report.memory,
    }
    (settings.folder / "processes.json").write_text(json.dumps(facts))
    _check(settings, report, stack)


async def _inflict(count: int, report: Report, nemesis: Nemesis, rng: random.Random) -> None:
    """So many faults, one after the other, at times two at once."""
    while count > 0:
        several = 2 if rng.random() < _TWO_AT_ONCE and count > 1 else 1
        names = [nemesis.choose() for _ in range(several)]
        await asyncio.gather(*(nemesis.inflict(name) for name in names))
        report.faults.update(names)
        count -= several
        await asyncio.sleep(rng.uniform(0.1, 0.8))


async def _supervise(stack: Stack, crashes: list[str]) -> None:
    """Start a service again that has ended by itself, as a container engine does, and note it."""
    while True:
        for name, process in list(stack.processes.items()):
            if name not in stack.held and (status := process.popen.poll()) is not None:
                crashes.append(f"{name} ended with status {status}")
                stack.start(name)
        await asyncio.sleep(0.3)


async def rest(platform: Platform, accounts: Sequence[Account]) -> None:
    """Resume what is paused, and wait until every job has ended, for a limited time: the check names what has not."""
    deadline = time.monotonic() + _REST_S
    while (active := await _active(platform, accounts)) and time.monotonic() < deadline:
        for path, headers in active:
            async with httpx2.AsyncClient(base_url=platform.url, timeout=20, trust_env=False, verify=NOBODY) as client:
                with suppress(httpx2.HTTPError):
                    await client.post(f"{path}/resume", headers=headers)
        await asyncio.sleep(1)


async def _active(platform: Platform, accounts: Sequence[Account]) -> list[tuple[str, dict[str, str]]]:
    found = []
    async with httpx2.AsyncClient(base_url=platform.url, timeout=20, trust_env=False, verify=NOBODY) as client:
        for account in accounts:
            for path in ("/api/sources/downloads", "/api/training", "/api/speech"):
                for state in ("queued", "running", "paused"):
                    answer = await client.get(f"{path}?state={state}", headers=account.headers)
                    for job in answer.json()["data"]:
                        one = "/api/sources/download" if path.endswith("downloads") else path
                        found.append((f"{one}/{job['id']}", account.headers))
        token = {"Authorization": f"Bearer {platform.environment['SOKHAN_TOKEN']}"}
        scans = (await client.get("/health", headers=token)).json()["data"]["queues"]["scan"]
    return found if found or not (scans["queued"] or scans["running"]) else [("/none", {})]


def _orphans(stack: Stack) -> list[str]:
    """Processes of runs, of which there are none at rest."""
    return [line for line in children_of(set(stack.running().values())).values() if "services.trainer.child" in line]


def _check(settings: Settings, report: Report, stack: Stack) -> None:
    done = subprocess.run(
        [
            *(sys.executable, "-m", "tests.chaos.checker", str(settings.folder), str(stack.data)),
            *((stack.mongo.url,) if stack.mongo is not None else ()),
        ],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    lines = done.stdout.splitlines()
    if done.returncode and stack.mongo is None:  # the disk is unmounted at the end
        shutil.copy(stack.data / "sokhan.db", settings.folder / "sokhan.db")
    report.violations = [line for line in lines if line.startswith("VIOLATION")]
    if done.returncode not in {0, 1} or (done.returncode == 1 and not report.violations):
        report.violations = [f"the checker failed: {done.stderr[-2000:]}"]
    ends = [json.loads(line)["step"] for line in (settings.folder / "history.jsonl").read_text().splitlines()]
    report.operations = Counter(end for end in ends if end != "invoke")
    print(f"    {report.faults.total()} faults: {lines[-1] if lines else 'no report'}", flush=True)
    for violation in report.violations:
        print(f"    {violation}", flush=True)


@contextmanager
def data_folder(folder: Path) -> Iterator[tuple[Path, bool]]:
    """The data folder, on a small file system of its own where that can be mounted, so that it can be filled."""
    data = folder / "disk"
    data.mkdir(parents=True)
    mounted = (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", f"size={_DISK_MB}m", "tmpfs", str(data)], capture_output=True, check=False
        ).returncode
        == 0
    )
    try:
        yield data, mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(data)], check=False)
