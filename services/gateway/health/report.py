"""The shapes of `GET /health`."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from services.gateway.health.disk import DiskHealth
from services.gateway.health.queues import QueueHealth
from shared.contracts.states import JobKind
from shared.contracts.system import GpuStatus
from shared.contracts.wire import Wire

PartState = Literal["ok", "degraded", "down", "unknown"]


class InstanceHealth(Wire):
    """One process of a service: `service@host:pid`."""

    id: str
    state: Literal["ok", "degraded"]
    problem: str | None = None
    version: str


class LastProblem(Wire):
    """The newest problem since the gateway's start, `age` seconds ago."""

    problem: str
    age: float


class PartHealth(Wire):
    """`age`: seconds since the part was asked. Without the bus, a worker's state is unknown: it may well be working.

    `instances`: the processes of a worker that have answered.
    """

    state: PartState
    problem: str | None = None
    age: float
    instances: tuple[InstanceHealth, ...] | None = None
    last_problem: LastProblem | None = None


class HealthReport(Wire):
    """All but `status` is for callers with a valid token. `queues` is None without the store, `disk` while the file
    system does not answer. `gpus`: as the workers last reported them.
    """

    status: Literal["ok", "degraded", "down"]
    version: str | None = Field(None, exclude_if=lambda version: version is None)
    parts: dict[str, PartHealth] | None = Field(None, exclude_if=lambda parts: parts is None)
    queues: dict[JobKind, QueueHealth] | None = Field(None, exclude_if=lambda queues: queues is None)
    disk: DiskHealth | None = Field(None, exclude_if=lambda disk: disk is None)
    gpus: tuple[GpuStatus, ...] | None = Field(None, exclude_if=lambda gpus: gpus is None)


def part(problem: str | None) -> PartHealth:
    return PartHealth(state="down" if problem else "ok", problem=problem, age=0)
