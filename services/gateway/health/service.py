"""Asks every part for its state, and keeps the last problem of each."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Literal

from services.gateway.health.answers import Answer
from services.gateway.health.disk import DiskHealth, DiskReader
from services.gateway.health.gpus import merged_gpus
from services.gateway.health.queues import QueueHealth, QueueReader
from services.gateway.health.report import HealthReport, InstanceHealth, LastProblem, PartHealth, part
from shared.bus import Bus, call_all
from shared.contracts import subjects
from shared.contracts.errors import SokhanError, Unavailable
from shared.contracts.rpc import Ping, Pong
from shared.contracts.states import JobKind
from shared.contracts.system import GpuStatus
from shared.service import Health
from shared.version import sokhan_version

WORKERS = ("downloader", "scanner", "trainer", "synth")
_PING_S = 1.0
_STREAMS_S = 2.0
_QUEUES_S = 2.0
# Within this time the last report is reused: dashboards must not load the parts that they watch.
_FRESH_S = 1.0


class HealthService:
    def __init__(
        self, health: Health, bus: Bus, monotonic: Callable[[], float], queues: QueueReader, disk: DiskReader
    ) -> None:
        self.own = health
        self._bus = bus
        self._clock = monotonic
        self._queue_reader = queues
        self._disk_reader = disk
        self._known: dict[str, PartHealth] = {}
        self._queues: dict[JobKind, QueueHealth] | None = None
        self._disk: DiskHealth | None = None
        self._answers: dict[str, tuple[Answer, ...]] = {}
        self._problems: dict[str, tuple[str, float]] = {}
        self._asked = 0.0
        self._asking = asyncio.Lock()

    def last_answers(self, name: str) -> tuple[Answer, ...]:
        """The last answers of a worker's processes, however old; empty if none has answered since this start."""
        return self._answers.get(name, ())

    def gpus(self) -> tuple[GpuStatus, ...]:
        """Those of the workers' last answers, however old."""
        answers = {name: self.last_answers(name) for name in WORKERS}
        return merged_gpus(answers, lambda answer: round(self._clock() - answer.at, 1))

    async def report(self) -> HealthReport:
        async with self._asking:
            if self._clock() - self._asked > _FRESH_S:
                self._known, self._queues, self._disk = await asyncio.gather(
                    self._ask_all(), self._read_queues(), self._disk_reader.status()
                )
                self._asked = self._clock()
                self._problems |= {
                    name: (known.problem, self._asked)
                    for name, known in self._known.items()
                    if known.problem is not None
                }
        parts = {name: self._with_ages(name, known) for name, known in self._known.items()}
        states = {known.state for known in parts.values()}
        essential_down = any(parts[name].state == "down" for name in ("store", "bus"))
        status: Literal["ok", "degraded", "down"] = "ok"
        if essential_down:
            status = "down"
        elif states != {"ok"}:
            status = "degraded"
        return HealthReport(
            status=status,
            version=sokhan_version(),
            parts=parts,
            queues=self._queues,
            disk=self._disk,
            gpus=self.gpus(),
        )

    def _with_ages(self, name: str, known: PartHealth) -> PartHealth:
        now = self._clock()
        last = None
        if name in self._problems:
            problem, at = self._problems[name]
            last = LastProblem(problem=problem, age=round(now - at, 1))
        return known.model_copy(update={"age": round(now - self._asked, 2), "last_problem": last})

    async def _read_queues(self) -> dict[JobKind, QueueHealth] | None:
        try:
            async with asyncio.timeout(_QUEUES_S):
                return await self._queue_reader.read()
        except (Unavailable, TimeoutError):
            return None

    async def _ask_all(self) -> dict[str, PartHealth]:
        store, bus, workers = await asyncio.gather(
            self.own.store_problem(), self._look_at_bus(), asyncio.gather(*(self._ask(name) for name in WORKERS))
        )
        return {
            "store": part(store),
            "bus": bus,
            "gateway": PartHealth(state="ok", age=0),
            **dict(zip(WORKERS, workers, strict=True)),
        }

    async def _look_at_bus(self) -> PartHealth:
        """The bus and its streams. Lost streams are created again, so the next report is a good one."""
        if problem := self.own.bus_problem():
            return part(problem)
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
            return part(None)
        problem = f"NATS has lost {', '.join(missing)}; created again, and waiting jobs are published again."
        return PartHealth(state="degraded", problem=problem, age=0)

    async def _ask(self, name: str) -> PartHealth:
        if self.own.bus_problem():
            return PartHealth(state="unknown", problem=f"Without the bus the {name} cannot be asked.", age=0)
        try:
            pongs = await call_all(
                self._bus, subjects.ping(name), Ping(), Pong, expected=len(self.last_answers(name)), timeout=_PING_S
            )
        except SokhanError as error:
            return PartHealth(state="down", problem=error.message, age=0)
        self._answers[name] = tuple(Answer(pong, self._clock()) for pong in pongs)
        instances = tuple(_instance(pong) for pong in pongs)
        problems = dict.fromkeys(problem for pong in pongs for problem in pong.problems)
        return PartHealth(
            state="ok" if all(pong.ready for pong in pongs) else "degraded",
            problem=" ".join(problems) or None,
            age=0,
            instances=instances,
        )


def _instance(pong: Pong) -> InstanceHealth:
    return InstanceHealth(
        id=pong.instance or pong.service,
        state="ok" if pong.ready else "degraded",
        problem=" ".join(pong.problems) or None,
        version=pong.version,
    )
