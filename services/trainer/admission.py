"""Chooses the next queued run: the first in fair order that fits on a device of this machine."""

from __future__ import annotations

from dataclasses import dataclass

from services.trainer.devices import DevicePlacement, Devices
from services.trainer.resources import resources_of
from shared.contracts.jobs import Job
from shared.contracts.kinds import TRAINING
from shared.contracts.kinds.training import TrainingJob
from shared.contracts.states import JobState
from shared.jobs import Clock, JobRepository, fair_order, is_claimable


@dataclass(frozen=True, slots=True)
class TrainingAdmission:
    """An `AdmissionPolicy`: see shared/jobs/worker.py."""

    repository: JobRepository
    devices: Devices
    now: Clock

    async def next(self) -> Job | None:
        """The next run, with its device taken; None if no queued run fits."""
        waiting = await self.repository.in_state(TRAINING, JobState.QUEUED)
        running = await self.repository.in_state(TRAINING, JobState.RUNNING)
        now = self.now()
        for job in fair_order([job for job in waiting if is_claimable(job, now)], running):
            if self.devices.has(job.id):  # an attempt that lost its lease and is about to end
                continue
            place = self._placement(job)
            if place is not None:
                self.devices.take(job.id, place)
                return job
        return None

    def release(self, job_id: str) -> None:
        self.devices.give_back(job_id)

    def _placement(self, job: TrainingJob) -> DevicePlacement | None:
        resources = resources_of(job.spec)
        if not resources.trains:
            return self.devices.find_unaccelerated()
        return self.devices.find(resources.device, resources.processes)
