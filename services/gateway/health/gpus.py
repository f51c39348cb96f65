"""The GPUs, from what the services that compute on them report."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from services.gateway.health.answers import Answer
from shared.contracts.system import GpuStatus


def merged_gpus(answers: Mapping[str, Sequence[Answer]], age_of: Callable[[Answer], float]) -> tuple[GpuStatus, ...]:
    """Each GPU once, by the newest report: several services may compute on one. `answers`: by service."""
    found: dict[str, GpuStatus] = {}
    for name, answer in ((name, answer) for name, of_service in answers.items() for answer in of_service):
        for gpu in answer.pong.load.gpus if answer.pong.load else ():
            known = found.get(gpu.id)
            age = age_of(answer)
            services = tuple(dict.fromkeys((*(known.services if known else ()), name)))
            if known is not None and known.age <= age:
                found[gpu.id] = known.model_copy(update={"services": services})
            else:
                found[gpu.id] = GpuStatus(**gpu.model_dump(), services=services, age=age)
    return tuple(found.values())
