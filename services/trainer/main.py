"""The trainer's composition root."""

from __future__ import annotations

import asyncio

from services.trainer.check import TrainingCheck
from services.trainer.handler import TrainingHandler
from shared.bus import serve
from shared.contracts import subjects
from shared.contracts.rpc import CheckTraining, ListRecipes
from shared.contracts.specs import ScanSpec, WalkDisk
from shared.contracts.states import JobKind
from shared.files import DataTree
from shared.jobs import JobEvents, JobRepository, Jobs, RetryPolicy
from shared.service import Service, build_worker

_QUEUE = "trainer"
_APPEARS_S = 20.0  # a run that is said to be complete has a voice that speaks; the scanner may be starting
# A run that died four times without getting further dies of something that trying again does not mend.
_POLICY = RetryPolicy(limit=4, first=2.0, ceiling=60.0)


async def main(service: Service) -> None:
    settings, bus = service.settings, service.bus
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    repository = JobRepository(service.store, service.now, settings.lease_seconds)
    jobs = Jobs(repository, JobEvents(bus), bus, service.metrics, service.now, service.new_id)

    async def made_voice() -> None:
        await jobs.run(ScanSpec(task=WalkDisk()), "system", limit=_APPEARS_S)

    check = TrainingCheck(service.store)
    handler = TrainingHandler(tree=tree, store=service.store, made_voice=made_voice)
    worker = build_worker(service, JobKind.TRAINING, handler, slots=settings.training_slots, policy=_POLICY)

    async def answer() -> None:
        while not service.stop.is_set() and not await bus.wait_ready(0.2):
            pass
        if not service.stop.is_set():
            await serve(bus, subjects.RECIPES, ListRecipes, check.recipes, queue=_QUEUE)
            await serve(bus, subjects.CHECK_TRAINING, CheckTraining, check.check, queue=_QUEUE)

    await asyncio.gather(answer(), worker.run(service.stop))
