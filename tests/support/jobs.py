"""The gateway's side of a job, for tests: a real bus, a real store, and a way to wait for what becomes of a job."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from shared.bus import Bus, BusSettings
from shared.contracts.jobs import Job
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.states import JobState
from shared.jobs import JobEvents, JobRepository, JobService
from shared.service.runtime import new_id, utc_now
from shared.store import Store, open_store
from shared.telemetry import Metrics
from tests.support.processes import Nats, Process, python

LEASE_S = 1.5


@dataclass
class Bench:
    """One NATS, one SQLite file, and the folder where workers leave their effects."""

    nats: Nats
    folder: Path

    @property
    def store_url(self) -> str:
        return f"sqlite:///{self.folder / 'jobs.db'}"

    @property
    def effects_folder(self) -> Path:
        folder = self.folder / "effects"
        folder.mkdir(exist_ok=True)
        return folder

    def effects(self, job: Job) -> list[str]:
        path = self.effects_folder / job.id
        return path.read_text().splitlines() if path.exists() else []

    def worker(self, name: str, **environment: str) -> AbstractContextManager[Process]:
        settings = {
            "SOKHAN_DATA": str(self.folder / "data"),
            "SOKHAN_NATS_URL": self.nats.url,
            "SOKHAN_STORE_URL": self.store_url,
            "SOKHAN_LEASE_SECONDS": str(LEASE_S),
            "SOKHAN_SHUTDOWN_SECONDS": "5",
            "EFFECTS": str(self.effects_folder),
        }
        return python("tests.support.slow_worker", self.folder / f"{name}.log", settings | environment)

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        store = await open_store(self.store_url)
        metrics = Metrics("test")
        bus = Bus(BusSettings(self.nats.url, "test"), metrics)
        bus.start()
        assert await bus.wait_ready(10)
        repository = JobRepository(store, utc_now, LEASE_S)
        try:
            yield Client(JobService(repository, JobEvents(bus), bus, metrics, utc_now, new_id), repository, bus, store)
        finally:
            await bus.close()
            await store.close()


@dataclass(frozen=True)
class Serving:
    """A bench with a worker that runs."""

    bench: Bench
    worker: Process


@dataclass
class Client:
    jobs: JobService
    repository: JobRepository
    bus: Bus
    store: Store

    async def start(self, repo: str) -> Job:
        return await self.jobs.submit(DOWNLOAD, DownloadSpec(repo_id=repo), "tester")

    async def wait(self, job: Job, done: Callable[[Job], bool], limit: float, what: str) -> Job:
        deadline = time.monotonic() + limit
        while True:
            found = await self.repository.get(DOWNLOAD, job.id)
            assert found is not None
            if done(found):
                return found
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {limit:g} s: {what}; the job is {found!r}")
            await asyncio.sleep(0.02)

    async def wait_for(self, job: Job, state: JobState, limit: float = 20) -> Job:
        return await self.wait(job, lambda found: found.state is state, limit, f"state {state}")

    async def wait_underway(self, job: Job, limit: float = 20) -> Job:
        """Running, and some progress of its own in the store."""
        return await self.wait(
            job, lambda f: f.state is JobState.RUNNING and f.progress.fraction > 0, limit, "progress"
        )
