"""Puts together what the services report about themselves with what the gateway sees of its machine."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from services.gateway.health.service import WORKERS, Answer, HealthReport, HealthService
from services.gateway.system.disk import DiskUsage
from services.gateway.system.machine import memory_status, processor_status
from shared.contracts.system import GpuStatus, ServiceLoad, ServiceStatus, SystemStatus
from shared.service.health import sokhan_version


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
        answers = [(name, self._health.last_answer(name)) for name in WORKERS]
        return SystemStatus(
            time=self._now(),
            version=sokhan_version(),
            disk=disk,
            memory=memory_status(),
            processors=processor_status(),
            gpus=self._gpus(answers),
            services=(_gateway(own), *(self._service(name, answer, report) for name, answer in answers)),
        )

    def _service(self, name: str, answer: Answer | None, report: HealthReport) -> ServiceStatus:
        state = (report.parts or {})[name].state
        if answer is None:
            return ServiceStatus(name=name, state=state)
        load = answer.pong.load
        return ServiceStatus(
            name=name,
            state=state,
            version=answer.pong.version,
            memory=load.memory if load else None,
            cpu=load.cpu if load else None,
            uptime=load.uptime if load else None,
            age=self._age(answer),
        )

    def _gpus(self, answers: Sequence[tuple[str, Answer | None]]) -> tuple[GpuStatus, ...]:
        """Each GPU once, by the newest report: several services may compute on one."""
        found: dict[str, GpuStatus] = {}
        for name, answer in answers:
            for gpu in answer.pong.load.gpus if answer and answer.pong.load else ():
                known = found.get(gpu.id)
                age = self._age(answer) if answer else 0.0
                services = (*(known.services if known else ()), name)
                if known is not None and known.age <= age:
                    found[gpu.id] = known.model_copy(update={"services": services})
                else:
                    found[gpu.id] = GpuStatus(**gpu.model_dump(), services=services, age=age)
        return tuple(found.values())

    def _age(self, answer: Answer) -> float:
        return round(self._clock() - answer.at, 1)


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
