"""The load of the machines and services: parts of a pong, of `GET /api/system` and of the events of topic `system`.

Sizes in bytes, times in seconds. Nothing names a path or a setting: every signed-in account may read it.
"""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.wire import Wire


class GpuLoad(Wire):
    """As the driver reports it; `utilization` in percent, `temperature` in °C. None for what it does not report."""

    id: str = Field(description="the driver's UUID")
    name: str
    utilization: float | None = None
    memory_used: int | None = None
    memory_total: int | None = None
    temperature: float | None = None


class ServiceLoad(Wire):
    """The load of a service's own process, without the runs that it has started.

    `cpu` in percent of one core since the measurement before. `gpus` of the machine, if the service computes on them.
    """

    memory: int | None = None
    cpu: float | None = None
    uptime: float
    gpus: tuple[GpuLoad, ...] = ()


class DiskUse(Wire):
    """What Sokhan has on the disk, by kind. `audio`: speech jobs and the cache of spoken sentences."""

    models: int
    datasets: int
    checkpoints: int
    audio: int
    uploads: int
    temporary: int


class DiskStatus(Wire):
    """The file system of the data folder. `age`: seconds since `used` was counted; both None until then."""

    total: int
    free: int
    used: DiskUse | None = None
    age: float | None = None


class MemoryStatus(Wire):
    """`limit`: that of the gateway's container, if it has one."""

    total: int
    available: int
    limit: int | None = None


class ProcessorStatus(Wire):
    """`count`: the cores that the gateway may use. `load`: waiting processes, averaged over 1, 5 and 15 minutes."""

    count: int
    load: tuple[float, float, float]


class GpuStatus(GpuLoad):
    """`services`: those that compute on it; `age`: seconds since the report."""

    services: tuple[str, ...]
    age: float


class ServiceStatus(Wire):
    """One service. A service that does not answer keeps its last figures, and `age` says how old they are.

    `version`, `memory`, `cpu` and `uptime` are None for a service that has not answered since the gateway's start.
    """

    name: str
    state: Literal["ok", "degraded", "down", "unknown"]
    version: str | None = None
    memory: int | None = None
    cpu: float | None = None
    uptime: float | None = None
    age: float | None = None


class SystemStatus(Wire):
    """`memory` and `processors` are of the gateway's machine."""

    time: AwareDatetime
    version: str
    disk: DiskStatus
    memory: MemoryStatus | None
    processors: ProcessorStatus
    gpus: tuple[GpuStatus, ...]
    services: tuple[ServiceStatus, ...]
