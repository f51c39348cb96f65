"""Which waiting run may begin: the fair next one among those that fit on a device of this machine."""

from __future__ import annotations

from dataclasses import dataclass

from services.trainer.devices import Devices, Place
from shared.contracts.specs import TrainingSpec
from shared.contracts.states import JobKind, JobState
from shared.jobs import Clock, Job, JobRepository, fair_order

_LOOKED_AT = 1000  # jobs; who has more waiting has them looked at in parts


@dataclass(frozen=True, slots=True)
class TrainingGate:
    """A `Gate` of shared/jobs/worker.py."""

    repository: JobRepository
    devices: Devices
    now: Clock

    async def admit(self, job: Job) -> bool:
        active = await self.repository.active(JobKind.TRAINING, {}, limit=_LOOKED_AT)
        now = self.now()
        waiting = [other for other in active if other.state is JobState.QUEUED and other.available_at <= now]
        running = [other for other in active if other.state is JobState.RUNNING]
        # No await from here on: another admission must not find the same place.
        if self.devices.has(job.id):  # a second bell, or an attempt that has lost its lease and is on its way out
            return False
        for candidate in fair_order(waiting, running):
            place = self._place(candidate)
            if place is not None:
                if candidate.id == job.id:
                    self.devices.take(job.id, place)
                return candidate.id == job.id
        return False

    def leave(self, job_id: str) -> None:
        self.devices.give_back(job_id)

    def _place(self, job: Job) -> Place | None:
        spec = job.spec
        assert isinstance(spec, TrainingSpec)
        processes = spec.config.get("processes")
        device = spec.config.get("device")
        return self.devices.find(str(device or "auto"), processes if isinstance(processes, int) else 1)
