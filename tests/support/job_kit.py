"""The modules of shared/jobs on a SQLite store of their own and a bus in memory, under a clock that a test moves."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob, DownloadProgress, DownloadResult, DownloadSpec
from shared.contracts.states import JobKind, JobState
from shared.jobs import AttemptRunner, JobContext, JobEvents, JobRepository, RetryPolicy, Sweeper
from shared.jobs.retention import JobRetention
from shared.store import Store, open_store
from shared.telemetry import Metrics
from tests.doubles.bus import FakeBus

LEASE_S = 30.0
KIND = JobKind.DOWNLOAD
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)
DownloadContext = JobContext[DownloadSpec, DownloadProgress, DownloadResult]


@dataclass
class Clock:
    now: datetime = NOON
    monotonic: float = 0.0

    def __call__(self) -> datetime:
        return self.now

    def pass_seconds(self, seconds: float) -> None:
        self.now += timedelta(seconds=seconds)
        self.monotonic += seconds


@dataclass
class JobKit:
    store: Store
    clock: Clock = field(default_factory=Clock)
    bus: FakeBus = field(default_factory=FakeBus)
    metrics: Metrics = field(default_factory=lambda: Metrics("test"))
    policy: RetryPolicy = field(default_factory=lambda: RetryPolicy(limit=3, first=1, ceiling=8))
    _ids: count[int] = field(default_factory=lambda: count(1))

    @property
    def repository(self) -> JobRepository:
        return JobRepository(self.store, self.clock, LEASE_S)

    @property
    def events(self) -> JobEvents:
        return JobEvents(self.bus)

    def job(self, repo: str = "ns/model", *, owner: str = "zahra", key: str | None = None) -> DownloadJob:
        at = self.clock()
        return DownloadJob(
            id=f"job{next(self._ids)}", kind=KIND, owner=owner, spec=DownloadSpec(repo_id=repo),
            progress=DownloadProgress(), idempotency_key=key, created_at=at, updated_at=at, available_at=at,
        )  # fmt: skip

    async def queued(self, repo: str = "ns/model", *, owner: str = "zahra") -> DownloadJob:
        return (await self.repository.create(self.job(repo, owner=owner)))[0]

    async def running(self, worker: str = "w1") -> DownloadJob:
        claimed = await self.repository.claim(DOWNLOAD, (await self.queued()).id, worker)
        assert claimed is not None
        return claimed

    async def now(self, job: DownloadJob) -> DownloadJob:
        """As the store has it."""
        found = await self.repository.get(DOWNLOAD, job.id)
        assert found is not None
        return found

    async def context(self) -> DownloadContext:
        """Of a job that was claimed a moment ago."""
        return JobContext(await self.running(), self.repository, self.events)

    def runner(self, *, lease_seconds: float = LEASE_S) -> AttemptRunner:
        return AttemptRunner(
            self.repository, self.events, self.metrics, self.policy, lease_seconds=lease_seconds, rng=random.Random(1)
        )

    def sweeper(self, retention: JobRetention | None = None) -> Sweeper:
        return Sweeper(
            DOWNLOAD, self.repository, self.events, self.bus, self.metrics,
            now=self.clock, lease_seconds=LEASE_S, failure_limit=self.policy.limit, rng=random.Random(1),
            retention=retention, monotonic=lambda: self.clock.monotonic,
        )  # fmt: skip

    async def sweep_for(self, sweeper: Sweeper, seconds: float) -> None:
        """Let the time pass with a sweep every quarter of a lease, as in a service."""
        await sweeper.sweep()
        while seconds > 0:
            self.clock.pass_seconds(min(seconds, LEASE_S / 4))
            seconds -= LEASE_S / 4
            await sweeper.sweep()

    def states(self) -> list[str]:
        """Of the events, in the order in which they were published."""
        return [str(event.data["state"]) for event in self.bus.events]


def progress(fraction: float) -> DownloadProgress:
    return DownloadProgress(fraction=fraction)


def is_idle(job: DownloadJob) -> bool:
    """Nobody holds it."""
    return job.lease.worker is None and job.lease.expires_at is None and job.state is not JobState.RUNNING


@asynccontextmanager
async def job_kit(folder: Path) -> AsyncIterator[JobKit]:
    store = await open_store(f"sqlite:///{folder / 'jobs.db'}")
    try:
        yield JobKit(store)
    finally:
        await store.close()
