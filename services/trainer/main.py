"""The trainer's composition root."""

from __future__ import annotations

import asyncio

from services.trainer.admission import TrainingAdmission
from services.trainer.check import TrainingCheck
from services.trainer.devices import Devices, find_gpus
from services.trainer.handler import TrainingHandler
from services.trainer.inputs import RunInputs
from services.trainer.memory import memory_limit
from services.trainer.metrics import TrainingMetrics
from shared.assets import AssetRefresh, AssetRepository
from shared.bus import serve
from shared.contracts import subjects
from shared.contracts.kinds import TRAINING
from shared.contracts.rpc import CheckTraining, ListRecipes
from shared.files import DataTree
from shared.jobs import RetryPolicy
from shared.objects.building import build_access
from shared.runs import RunRepository
from shared.service import Service, build_jobs, build_worker

_QUEUE = "trainer"
# A run that failed four times without progress has a cause that a retry does not fix.
_POLICY = RetryPolicy(limit=4, first=2.0, ceiling=60.0)


async def main(service: Service) -> None:
    settings, bus = service.settings, service.bus
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    devices = Devices(find_gpus(settings.training_gpus), settings.training_gpu_slots, settings.training_slots)
    assets = AssetRepository(service.store)
    check = TrainingCheck(assets, devices)
    jobs = build_jobs(service)
    refresh = AssetRefresh(bus)
    units = build_access(settings, tree, service.now, service.metrics.registry, refresh)
    handler = TrainingHandler(
        tree=tree,
        runs=RunRepository(service.store),
        inputs=RunInputs(tree, assets, units),
        units=units,
        now=service.now,
        devices=devices,
        memory_limit=memory_limit(settings.training_memory_bytes),
        published=refresh,
        metrics=TrainingMetrics(service.metrics.registry),
        check=check.check,
    )
    admission = TrainingAdmission(jobs.repository, devices, service.now)
    worker = build_worker(service, TRAINING, handler, slots=devices.slots, policy=_POLICY, admission=admission)

    async def answer() -> None:
        if await bus.ready_before(service.stop):
            await serve(bus, subjects.RECIPES, ListRecipes, check.recipes, queue=_QUEUE)
            await serve(bus, subjects.CHECK_TRAINING, CheckTraining, check.check, queue=_QUEUE)

    await asyncio.gather(answer(), worker.run(service.stop), units.run(service.stop))
    units.close()
