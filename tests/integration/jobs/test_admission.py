"""A worker with a gate takes from the store what the gate chooses; a message is a bell, a second one too."""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass, field

from shared.contracts.jobs import Job
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadProgress, DownloadResult, DownloadSpec
from shared.contracts.states import JobKind, JobState
from shared.jobs import (
    AttemptRunner,
    JobContext,
    JobEvents,
    JobRepository,
    RetryPolicy,
    Sweeper,
    Worker,
    WorkerDependencies,
    start_command,
)
from shared.service.runtime import utc_now
from shared.telemetry import Metrics
from tests.support.jobs import Bench, Client

_LEASE_S = 20.0


@dataclass
class OneAtATime:
    """The newest first, to be no stream's order."""

    repository: JobRepository
    inside: set[str] = field(default_factory=set)
    left: list[str] = field(default_factory=list)

    async def next(self) -> Job | None:
        waiting = await self.repository.in_state(DOWNLOAD, JobState.QUEUED)
        if self.inside or not waiting:
            return None
        self.inside.add(waiting[-1].id)
        return waiting[-1]

    def release(self, job_id: str) -> None:
        self.inside.discard(job_id)
        self.left.append(job_id)


async def test_jobs_begin_when_the_gate_says_so_whoever_rings(bench: Bench) -> None:
    go_on = asyncio.Event()

    async def work(context: JobContext[DownloadSpec, DownloadProgress, DownloadResult]) -> DownloadResult:
        await go_on.wait()
        return DownloadResult(path="x", commit="c", files=0, bytes=0)

    async with bench.client() as client:
        admission = OneAtATime(client.repository)
        stop = asyncio.Event()
        working = asyncio.create_task(worker(client, admission, work).run(stop))
        first = await client.start("ns/first")
        await client.wait_for(first, JobState.RUNNING)
        second = await client.start("ns/second")
        third = await client.start("ns/third")
        await client.bus.publish_command(JobKind.DOWNLOAD, start_command(first).model_copy(update={"attempt": 7}))
        await asyncio.sleep(2.5)  # both bells have rung, the second job's more than once
        assert admission.inside == {first.id}
        assert admission.left == []
        for job in (second, third):
            assert (await client.wait_for(job, JobState.QUEUED)).attempt == 0
        go_on.set()
        for job in (first, second, third):
            await client.wait_for(job, JobState.COMPLETED)
        stop.set()
        await asyncio.wait_for(working, 10)
        assert admission.left == [first.id, third.id, second.id]


def worker(
    client: Client, admission: OneAtATime, work: object
) -> Worker[DownloadSpec, DownloadProgress, DownloadResult]:
    metrics, events = Metrics("test"), JobEvents(client.bus)
    repository = JobRepository(client.store, utc_now, _LEASE_S)
    rng = random.Random(1)
    parts = WorkerDependencies(
        bus=client.bus,
        repository=repository,
        events=events,
        run=AttemptRunner(
            repository,
            events,
            metrics,
            RetryPolicy(limit=2, first=0.1, ceiling=1),
            lease_seconds=_LEASE_S,
            rng=rng,
        ),
        sweeper=Sweeper(
            DOWNLOAD,
            repository,
            events,
            client.bus,
            metrics,
            now=utc_now,
            lease_seconds=_LEASE_S,
            failure_limit=2,
            rng=rng,
        ),
        metrics=metrics,
        now=utc_now,
        lease_seconds=_LEASE_S,
        shutdown_seconds=5,
    )
    return Worker(DOWNLOAD, work, parts, name="w", slots=2, admission=admission)  # type: ignore[arg-type]
