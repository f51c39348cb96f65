"""Puts together what the services report about themselves with what the gateway sees of its machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import TypeVar

from services.gateway.health.answers import Answer
from services.gateway.health.report import HealthReport
from services.gateway.health.service import WORKERS, HealthService
from services.gateway.system.disk import DiskUsage
from services.gateway.system.machine import memory_status, processor_status
from shared.contracts.system import ServiceLoad, ServiceStatus, SystemStatus
from shared.version import sokhan_version

N = TypeVar("N", int, float)


class SystemService:
    """`clock` is that of the health service."""

    def __init__(
        self, health: HealthService, disk: DiskUsage, now: Callable[[], datetime], clock: Callable[[], float]
    ) -> None:
        self._health = health
        self._disk = disk
        self._now = now
        self._clock = clock

    async def status(self) -> SystemStatus:
        """The state now. Figures of a service that does not answer are its last, with their age."""
        report, disk, own = await asyncio.gather(self._health.report(), self._disk.status(), self._health.own.load())
        services = [self._service(name, self._health.last_answers(name), report) for name in WORKERS]
        return SystemStatus(
            time=self._now(),
            version=sokhan_version(),
            disk=disk,
            memory=memory_status(),
            processors=processor_status(),
            gpus=self._health.gpus(),
            services=(_gateway(own), *services),
        )

    def _service(self, name: str, answers: Sequence[Answer], report: HealthReport) -> ServiceStatus:
        """The figures of several processes are sums; `uptime` and `age` those of the newest."""
        state = (report.parts or {})[name].state
        if not answers:
            return ServiceStatus(name=name, state=state)
        loads = [answer.pong.load for answer in answers if answer.pong.load is not None]
        return ServiceStatus(
            name=name,
            state=state,
            version=answers[0].pong.version,
            memory=_sum(load.memory for load in loads),
            cpu=_sum(load.cpu for load in loads),
            uptime=min((load.uptime for load in loads), default=None),
            age=self._age(answers[0]),
        )

    def _age(self, answer: Answer) -> float:
        return round(self._clock() - answer.at, 1)


def _sum(figures: Iterable[N | None]) -> N | None:
    """None if nothing is known."""
    known = [figure for figure in figures if figure is not None]
    return type(known[0])(sum(known)) if known else None


def _gateway(load: ServiceLoad | None) -> ServiceStatus:
    return ServiceStatus(
        name="gateway",
        state="ok",
        version=sokhan_version(),
        memory=load.memory if load else None,
        cpu=load.cpu if load else None,
        uptime=load.uptime if load else None,
        age=0.0,
    )
