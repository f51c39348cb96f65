"""`python -m tests.chaos.power`: power cuts. What was accepted before a cut is there after it, and comes to its end.

The data folder is an ext4 file system in an image. The image is copied while it is mounted and every process of the
platform stands still: the copy has what had reached the disk, which is what a power cut leaves. A second platform
starts on the copy, with an empty NATS, and the checker reads what becomes of it.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.chaos.history import History, read_lines
from tests.chaos.load import Account, Load
from tests.chaos.run import rest
from tests.chaos.stack import Stack, children_of, running_stack
from tests.support.hub import TestHub
from tests.support.platform import SERVICES, Platform
from tests.support.processes import Nats

_IMAGE_MB = 1500
_PACE_S = 0.15


class CannotMount(Exception):
    """This machine does not let us mount a file system."""


async def cut_power(folder: Path, seed: int, cuts: int) -> list[str]:
    """The violations after all cuts. Raises `CannotMount`."""
    shutil.rmtree(folder, ignore_errors=True)
    await asyncio.to_thread(folder.mkdir, parents=True)
    rng = random.Random(seed)
    image = folder / "disk.img"
    found: list[str] = []
    await asyncio.to_thread(_make, image)
    with mounted(image, folder / "disk") as data:
        async with running_stack(folder / "stack", data, mongo=False) as (stack, hub):
            history = History(folder / "history.jsonl")
            load = Load(stack, hub, history, random.Random(rng.random()))
            await load.prepare()
            for number in range(1, cuts + 1):
                copy, until = await _burst(load, stack, image, rng.uniform(1.5, 4))
                found += await _look_at(copy, until, folder, hub, load.accounts)
                copy.unlink()
                print(f"    {number} power cuts, {len(found)} violations", flush=True)
                if found:
                    break
            history.close()
    return found


async def _burst(load: Load, stack: Stack, image: Path, seconds: float) -> tuple[Path, float]:
    """Load for some seconds, and a copy of the disk in the middle of it. Returns the copy and the history's time."""
    stop = asyncio.Event()
    copy = image.with_name("cut.img")
    async with asyncio.TaskGroup() as group:
        group.create_task(load.run(stop, _PACE_S))
        await asyncio.sleep(seconds)
        until = load.history.now()
        await asyncio.to_thread(_copy_standing_still, stack, image, copy)
        stop.set()
    return copy, until


def _copy_standing_still(stack: Stack, image: Path, copy: Path) -> None:
    services = set(stack.running().values())
    everything = services | set(children_of(services))
    for pid in everything:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGSTOP)
    try:
        _command("cp", "--sparse=always", str(image), str(copy))
    finally:
        for pid in everything:
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGCONT)


async def _look_at(copy: Path, until: float, folder: Path, hub: TestHub, accounts: list[Account]) -> list[str]:
    """Start a platform on the copy, let it come to rest, and check it against the history until the cut."""
    place = folder / "after"
    shutil.rmtree(place, ignore_errors=True)
    place.mkdir()
    lines = [line for line in read_lines(folder / "history.jsonl") if float(str(line["at"])) <= until]
    (place / "history.jsonl").write_text("".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines))
    with mounted(copy, place / "disk") as data:
        nats = Nats(place / "nats", guarded=True)
        nats.start()
        (place / "data").symlink_to(data)
        built = Platform(place, nats, environment={"HF_ENDPOINT": hub.url, "SOKHAN_AUTH": "accounts", **_TOKEN})
        try:
            built.start(*SERVICES)
            await asyncio.to_thread(built.wait_ready, SERVICES, 60)
            await rest(built, accounts)
        finally:
            await asyncio.to_thread(built.stop)
            nats.kill()
        done = subprocess.run(  # noqa: ASYNC221 - nothing else runs
            [sys.executable, "-m", "tests.chaos.checker", str(place), str(data)],
            capture_output=True, text=True, check=False, timeout=120,
        )  # fmt: skip
        if done.returncode not in {0, 1}:
            return [f"the checker failed: {done.stderr[-2000:]}"]
        violations = [line for line in done.stdout.splitlines() if line.startswith("VIOLATION")]
        if violations:
            shutil.copy(data / "sokhan.db", folder / "sokhan.db")
        return violations


_TOKEN = {"SOKHAN_TOKEN": "0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a6978"}


def _make(image: Path) -> None:
    with image.open("wb") as file:
        file.truncate(_IMAGE_MB * 1024 * 1024)
    _command("mkfs.ext4", "-q", "-F", str(image))


@contextmanager
def mounted(image: Path, folder: Path) -> Iterator[Path]:
    """The root of the file system in the image. Raises `CannotMount`."""
    folder.mkdir(exist_ok=True)
    _command("mount", "-o", "loop", str(image), str(folder))
    try:
        root = folder / "data"
        root.mkdir(exist_ok=True)
        yield root
    finally:
        deadline = time.monotonic() + 20
        while subprocess.run(["umount", str(folder)], capture_output=True, check=False).returncode:
            if time.monotonic() > deadline:
                subprocess.run(["umount", "--lazy", str(folder)], check=False)
                break
            time.sleep(0.2)


def _command(*words: str) -> None:
    try:
        done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=120)
    except FileNotFoundError as error:
        raise CannotMount(f"{words[0]} is not installed") from error
    if done.returncode:
        raise CannotMount(f"{' '.join(words[:2])}: {done.stderr.strip()}")


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos.power")
    parser.add_argument("--cuts", type=int, default=50)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=Path("build/chaos"))
    chosen = parser.parse_args()
    print(f"==> {chosen.cuts} power cuts with seed {chosen.seed}", flush=True)
    found = asyncio.run(cut_power((chosen.folder / "power").absolute(), chosen.seed, chosen.cuts))
    print("\n".join(found) or "no violation")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
