"""Loaded voices: one load for all who want it, whoever leaves meanwhile; a budget; versions."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, field

import pytest

from services.synth.calibrate import Calibration
from services.synth.engines import load_espeak
from services.synth.pool import LoadedVoice, ModelPool
from services.synth.voices import ResolvedVoice
from shared.contracts.errors import OutOfMemory
from shared.contracts.rpc import Voice

pytestmark = pytest.mark.timeout(20)


def found(name: str, version: str = "1") -> ResolvedVoice:
    voice = Voice(id=name, name=name, language="fa", engine="e", sample_rate=1, source="local")
    return ResolvedVoice(voice, None, version)


@dataclass
class Loads:
    """Counts, and holds each load until `go` is set; espeak's voice stands for any (4 MiB)."""

    go: asyncio.Event = field(default_factory=asyncio.Event)
    names: list[str] = field(default_factory=list)
    fails: bool = False

    async def load(self, wanted: ResolvedVoice) -> LoadedVoice:
        self.names.append(f"{wanted.voice.id}@{wanted.version}")
        await self.go.wait()
        if self.fails:
            raise OutOfMemory("no room")
        return LoadedVoice(load_espeak(), Calibration("float32", 0.1, 1.0))


async def used(pool: ModelPool, wanted: ResolvedVoice) -> LoadedVoice:
    async with pool.use(wanted, "me") as ready:
        return ready


async def test_who_leaves_while_it_loads_does_not_make_the_next_one_begin_anew() -> None:
    loads = Loads()
    pool = ModelPool(loads.load, 10**9)
    for _ in range(5):
        asker = asyncio.create_task(used(pool, found("a")))
        await asyncio.sleep(0.01)
        asker.cancel()
        await asyncio.gather(asker, return_exceptions=True)
    loads.go.set()
    await used(pool, found("a"))
    assert loads.names == ["a@1"]
    assert list(pool.loaded) == ["a"]


async def test_all_who_wait_for_a_load_that_fails_hear_so_and_the_next_tries_again() -> None:
    loads = Loads(fails=True)
    pool = ModelPool(loads.load, 10**9)
    askers = [asyncio.create_task(used(pool, found("a"))) for _ in range(3)]
    await asyncio.sleep(0.01)
    loads.go.set()
    assert [type(answer) for answer in await asyncio.gather(*askers, return_exceptions=True)] == [OutOfMemory] * 3
    loads.fails = False
    await used(pool, found("a"))
    assert loads.names == ["a@1", "a@1"]


async def test_an_older_version_leaves_with_its_last_listener() -> None:
    loads = Loads()
    loads.go.set()
    pool = ModelPool(loads.load, 10**9)
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(pool.use(found("a", "1"), "me"))
        await used(pool, found("a", "2"))
        assert len(pool._entries) == 2
    assert list(pool._entries) == [("a", "2")]


async def test_the_least_recently_used_leaves_and_never_one_that_speaks() -> None:
    loads = Loads()
    loads.go.set()
    pool = ModelPool(loads.load, 9 * 1024 * 1024)
    async with pool.use(found("a"), "me"):
        for name in "bcb":
            await used(pool, found(name))
        assert set(pool.loaded) == {"a", "b"}
        assert pool.speaking_for("me") == pool.speaking_for("local") == {"a"}
        assert pool.speaking_for("somebody") == frozenset()
    assert pool.speaking_for("me") == pool.speaking_for("local") == frozenset()
