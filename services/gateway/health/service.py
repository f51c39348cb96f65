"""Pings every part and stores the age of each answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from shared.bus import Bus, call
from shared.contracts import subjects
from shared.contracts.errors import SokhanError
from shared.contracts.rpc import Ping, Pong
from shared.contracts.wire import Wire
from shared.service import Health
from shared.service.health import sokhan_version

WORKERS = ("downloader", "scanner", "trainer", "synth")
_PING_S = 1.0
_STREAMS_S = 2.0
# Within this time the last report is reused: dashboards must not load the parts that they watch.
_FRESH_S = 1.0


class PartHealth(Wire):
    """`age`: seconds since the last answer."""

    state: Literal["ok", "degraded", "down"]
    problem: str | None = None
    age: float


class HealthReport(Wire):
    """`version` and `parts` are for callers with a valid token."""

    status: Literal["ok", "degraded", "down"]
    version: str | None = Field(None, exclude_if=lambda version: version is None)
    parts: dict[str, PartHealth] | None = Field(None, exclude_if=lambda parts: parts is None)


@dataclass(frozen=True, slots=True)
class Answer:
    """`at`: by the clock of the service."""

    pong: Pong
    at: float


class HealthService:
    def __init__(self, health: Health, bus: Bus, monotonic: Callable[[], float]) -> None:
        self.own = health
        self._bus = bus
        self._clock = monotonic
        self._known: dict[str, PartHealth] = {}
        self._answers: dict[str, Answer] = {}
        self._asked = 0.0
        self._asking = asyncio.Lock()

    def last_answer(self, name: str) -> Answer | None:
        """The last answer of a worker, however old; None if it has not answered since the gateway's start."""
        return self._answers.get(name)

    async def report(self) -> HealthReport:
        async with self._asking:
            if self._clock() - self._asked > _FRESH_S:
                self._known = await self._ask_all()
                self._asked = self._clock()
        age = round(self._clock() - self._asked, 2)
        parts = {name: part.model_copy(update={"age": age}) for name, part in self._known.items()}
        states = {part.state for part in parts.values()}
        essential_down = any(parts[name].state == "down" for name in ("store", "bus"))
        status: Literal["ok", "degraded", "down"] = "ok"
        if essential_down:
            status = "down"
        elif states != {"ok"}:
            status = "degraded"
        return HealthReport(status=status, version=sokhan_version(), parts=parts)

    async def _ask_all(self) -> dict[str, PartHealth]:
        store, bus, workers = await asyncio.gather(
            self.own.store_problem(), self._look_at_bus(), asyncio.gather(*(self._ask(name) for name in WORKERS))
        )
        return {
            "store": _part(store),
            "bus": bus,
            "gateway": PartHealth(state="ok", age=0),
            **dict(zip(WORKERS, workers, strict=True)),
        }

    async def _look_at_bus(self) -> PartHealth:
        """The bus and its streams. Lost streams are created again, so the next report is a good one."""
        if problem := self.own.bus_problem():
            return _part(problem)
        try:
            async with asyncio.timeout(_STREAMS_S):
                missing = await self._bus.missing_streams()
                if missing:
                    await self._bus.restore_streams()
        except SokhanError as error:
            return PartHealth(state="degraded", problem=error.message, age=0)
        except TimeoutError:
            problem = f"NATS did not answer about its streams within {_STREAMS_S:g} s."
            return PartHealth(state="degraded", problem=problem, age=0)
        if not missing:
            return _part(None)
        problem = f"NATS has lost {', '.join(missing)}; created again, and waiting jobs are published again."
        return PartHealth(state="degraded", problem=problem, age=0)

    async def _ask(self, name: str) -> PartHealth:
        try:
            pong = await call(self._bus, subjects.ping(name), Ping(), Pong, timeout=_PING_S)
        except SokhanError as error:
            return PartHealth(state="down", problem=error.message, age=0)
        self._answers[name] = Answer(pong, self._clock())
        return PartHealth(state="ok" if pong.ready else "degraded", problem=" ".join(pong.problems) or None, age=0)


def _part(problem: str | None) -> PartHealth:
    return PartHealth(state="down" if problem else "ok", problem=problem, age=0)
