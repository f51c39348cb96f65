"""The downloader as a process of its own, with a scanner beside it, driven by jobs like the gateway would."""

from __future__ import annotations

import hashlib
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from shared.contracts.jobs import Job
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadProgress, DownloadSpec
from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.states import Control, JobState
from tests.support.hub import TestHub
from tests.support.jobs import Bench, Client
from tests.support.processes import Process, nats_server, start_python, wait_until

MIB = 1024 * 1024
LEASE_S = 2.0


@dataclass
class Line:
    bench: Bench
    hub: TestHub
    environment: Mapping[str, str]
    processes: dict[str, Process] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        return self.bench.folder / "data"

    def settings(self) -> dict[str, str]:
        return {
            "SOKHAN_DATA": str(self.data),
            "SOKHAN_NATS_URL": self.bench.nats.url,
            "SOKHAN_STORE_URL": self.bench.store_url,
            "SOKHAN_LEASE_SECONDS": str(LEASE_S),
            "SOKHAN_SHUTDOWN_SECONDS": "5",
            "SOKHAN_DOWNLOAD_STALL_SECONDS": "1.5",
            "SOKHAN_DOWNLOAD_SLOTS": "4",
            "HF_ENDPOINT": self.hub.url,
            "HF_TOKEN": "",
            **self.environment,
        }

    def start(self, service: str) -> Process:
        log = self.bench.folder / f"{service}.log"
        self.processes[service] = start_python(f"services.{service}", log, self.settings())
        return self.processes[service]

    def kill(self, service: str) -> None:
        self.processes.pop(service).kill()

    def folder(self, repo: str, kind: str = "models") -> Path:
        return self.data / kind / repo

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Downloads]:
        async with self.bench.client() as client:
            yield Downloads(client, self)


@dataclass
class Downloads:
    client: Client
    line: Line

    async def start(self, repo: str, **spec: object) -> Job:
        owner = str(spec.pop("owner", LOCAL_OWNER))
        return await self.client.jobs.submit(DOWNLOAD, DownloadSpec.model_validate({"repo_id": repo, **spec}), owner)

    async def ask(self, job: Job, control: Control) -> Job:
        return await self.client.jobs.request_control(await self.now(job), control)

    async def resume(self, job: Job) -> Job:
        return await self.client.jobs.resume(await self.now(job))

    async def now(self, job: Job) -> Job:
        return await self.client.repository.reload(job)

    async def until(self, job: Job, state: JobState, limit: float = 30) -> Job:
        return await self.client.wait(job, lambda j: j.state is state, limit, f"state {state}")

    async def ended(self, job: Job, limit: float = 40) -> Job:
        return await self.client.wait(job, lambda j: j.terminal, limit, "an end")

    async def done(self, job: Job, limit: float = 40) -> Job:
        ended = await self.ended(job, limit)
        assert ended.state is JobState.COMPLETED, ended.error
        return ended

    async def failed(self, job: Job, limit: float = 40) -> str:
        """The code that it failed with."""
        ended = await self.ended(job, limit)
        assert ended.state is JobState.FAILED, ended
        assert ended.error is not None
        return ended.error.code

    async def fraction(self, job: Job, at_least: float, limit: float = 30) -> Job:
        return await self.client.wait(
            job, lambda j: j.state is JobState.RUNNING and j.progress.fraction >= at_least, limit, f"{at_least:.0%}"
        )

    async def waiting(self, job: Job, words: str, limit: float = 20) -> str:
        """The reason why it waits, once it holds these words."""
        found = await self.client.wait(job, lambda j: words in (progress(j).waiting or ""), limit, f"“{words}”")
        return progress(found).waiting or ""


def progress(job: Job) -> DownloadProgress:
    assert isinstance(job.progress, DownloadProgress)
    return job.progress


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def line(folder: Path, hub: TestHub, **environment: str) -> Iterator[Line]:
    with nats_server(folder / "nats") as nats:
        built = Line(Bench(nats, folder), hub, environment)
        try:
            built.start("scanner")
            built.start("downloader")
            wait_until((built.data / "run" / "locks").is_dir, 20, "the downloader has started")
            yield built
        finally:
            for process in built.processes.values():
                process.kill()
