"""The faults, by weight. Each begins, lasts, and is over when its coroutine returns."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.chaos.stack import LEASE_S, Stack, clock_can_be_moved
from tests.support.hub import TestHub
from tests.support.platform import SERVICES
from tests.support.write_lock import hold_write_lock

_SPARE = 200_000


@dataclass
class Nemesis:
    """`small_disk`: the data folder is a file system of its own, so it can be filled."""

    stack: Stack
    hub: TestHub
    rng: random.Random
    small_disk: bool

    def choose(self) -> str:
        """The name of the next fault."""
        names = [name for name in WEIGHTS if self._possible(name)]
        return self.rng.choices(names, [WEIGHTS[name] for name in names])[0]

    def _possible(self, name: str) -> bool:
        if name == "disk":
            return self.small_disk
        return name != "clock" or clock_can_be_moved()

    async def inflict(self, name: str) -> None:
        await _FAULTS[name](self)

    def _link(self) -> str:
        return self.rng.choice([*sorted(self.stack.links), "client"])

    @contextmanager
    def _holding(self, *excluded: str) -> Iterator[str | None]:
        """A service that runs and is in no other fault's hands; None if there is none."""
        free = sorted(set(self.stack.running()) - self.stack.held - set(excluded))
        if not free:
            yield None
            return
        name = self.rng.choice(free)
        self.stack.held.add(name)
        try:
            yield name
        finally:
            self.stack.held.discard(name)

    async def reset(self) -> None:
        self.stack.links[self._link()].reset()

    async def delay(self) -> None:
        link = self.stack.links[self._link()]
        link.delay = self.rng.uniform(0.02, 0.3)
        await asyncio.sleep(self.rng.uniform(0.5, 2))
        link.heal()

    async def trickle(self) -> None:
        link = self.stack.links[self._link()]
        link.rate = self.rng.uniform(500, 20_000)
        await asyncio.sleep(self.rng.uniform(0.5, 2))
        link.heal()

    async def half_open(self) -> None:
        link = self.stack.links[self._link()]
        link.silence()
        await asyncio.sleep(self.rng.uniform(0.5, 3))
        link.heal()
        link.reset()

    async def kill(self) -> None:
        with self._holding() as name:
            if name is not None:
                await asyncio.to_thread(self.stack.kill, name)
                await asyncio.sleep(self.rng.uniform(0, 0.5))
                self._start(name)

    async def terminate(self) -> None:
        with self._holding() as name:
            if name is not None:
                await self._restart(name)

    async def freeze(self) -> None:
        """For less than a lease, or for more."""
        with self._holding() as name:
            if name is not None:
                process = self.stack.processes[name]
                process.freeze()
                await asyncio.sleep(self.rng.choice([0.3, 1.0, 1.5 * LEASE_S]))
                process.wake()

    async def rolling_restart(self) -> None:
        for name in SERVICES:
            if name in self.stack.running() and name not in self.stack.held:
                self.stack.held.add(name)
                await self._restart(name)
                self.stack.held.discard(name)

    async def clock(self) -> None:
        """A worker comes back with another clock, and keeps it until its next restart."""
        with self._holding("gateway") as name:
            if name is not None:
                await self._restart(name, self.rng.choice([-90, 90, 3600]))

    async def _restart(self, name: str, skew: int = 0) -> None:
        await asyncio.to_thread(self.stack.processes[name].terminate, 30)
        self._start(name, skew)

    def _start(self, name: str, skew: int = 0) -> None:
        self.stack.skew[name] = skew
        self.stack.start(name)

    async def nats_kill(self) -> None:
        await asyncio.to_thread(self.stack.nats.kill)
        await asyncio.sleep(self.rng.uniform(0, 1.5))
        await asyncio.to_thread(self.stack.nats.start)

    async def nats_wipe(self) -> None:
        await asyncio.to_thread(self.stack.nats.kill)
        await asyncio.to_thread(self.stack.nats.wipe)
        await asyncio.to_thread(self.stack.nats.start)

    async def store(self) -> None:
        """SQLite: nobody can write, for somebody else holds the lock. MongoDB: kill -9, and back."""
        if self.stack.mongo is not None:
            await asyncio.to_thread(self.stack.mongo.kill)
            await asyncio.sleep(self.rng.uniform(0, 2))
            await asyncio.to_thread(self.stack.mongo.start)
            return
        await asyncio.to_thread(hold_write_lock, self.stack.data / "sokhan.db", self.rng.uniform(0.5, 2.5))

    async def disk(self) -> None:
        filler = self.stack.data / ".filler"
        await asyncio.to_thread(_fill, filler)
        await asyncio.sleep(self.rng.uniform(0.5, 2))
        filler.unlink(missing_ok=True)

    async def hub_down(self) -> None:
        await asyncio.to_thread(self.hub.down, self.rng.uniform(0.5, 2))


WEIGHTS = {
    "reset": 150, "delay": 30, "trickle": 30, "half_open": 35, "kill": 110, "terminate": 20, "freeze": 60,
    "nats_kill": 25, "nats_wipe": 10, "store": 20, "disk": 10, "clock": 12, "hub_down": 15, "rolling_restart": 6,
}  # fmt: skip
_FAULTS: dict[str, Callable[[Nemesis], Awaitable[None]]] = {
    "reset": Nemesis.reset, "delay": Nemesis.delay, "trickle": Nemesis.trickle, "half_open": Nemesis.half_open,
    "kill": Nemesis.kill, "terminate": Nemesis.terminate, "freeze": Nemesis.freeze, "nats_kill": Nemesis.nats_kill,
    "nats_wipe": Nemesis.nats_wipe, "store": Nemesis.store, "disk": Nemesis.disk, "clock": Nemesis.clock,
    "hub_down": Nemesis.hub_down, "rolling_restart": Nemesis.rolling_restart,
}  # fmt: skip


def _fill(filler: Path) -> None:
    """Take all but a little of the free space."""
    status = os.statvfs(filler.parent)
    with filler.open("wb") as file:
        left = status.f_bavail * status.f_frsize - _SPARE
        while left > 0:
            piece = min(left, 1 << 20)
            try:
                file.write(bytes(piece))
            except OSError:
                return
            left -= piece
