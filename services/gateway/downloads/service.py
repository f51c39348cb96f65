"""Downloads: allow, start, list, show, control."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import replace

from services.gateway.auth import CallerIdentity
from services.gateway.downloads.limits import check_limit
from services.gateway.downloads.planning import DownloadPlanner
from services.gateway.downloads.resolve import ResolvedRequest, refusal, resolve
from services.gateway.downloads.schemas import PlanView, StartDownloadRequest
from services.gateway.paging import PageQuery
from shared.catalog import CatalogRepository
from shared.catalog.allowlist import allows
from shared.contracts.errors import Conflict, ModelNotAllowed
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.kinds.download import DownloadJob, DownloadSpec, DownloadView
from shared.contracts.states import Control, JobState
from shared.jobs import JobService


class DownloadsService:
    """`unlisted`: repositories outside the catalog are allowed. `per_user`: concurrent downloads, 0 for no limit."""

    def __init__(
        self, jobs: JobService, catalog: CatalogRepository, planner: DownloadPlanner, *, unlisted: bool, per_user: int
    ) -> None:
        self._jobs = jobs
        self._catalog = catalog
        self._planner = planner
        self.unlisted = unlisted
        self._per_user = per_user
        # Counting active downloads and adding one must be atomic.
        self._starting = asyncio.Lock()

    async def start(
        self,
        request: StartDownloadRequest,
        caller: CallerIdentity,
        key: str | None = None,
        *,
        listed_only: bool = False,
    ) -> tuple[DownloadJob, bool]:
        """The job, and whether this call started it: what is under way already is answered with its job.

        Raises `ModelNotAllowed`, `RateLimited`, `Conflict`.
        """
        resolved = resolve(request, await self._catalog.list())
        if not resolved.allowed and (listed_only or not self.unlisted):
            raise refusal(resolved)
        return await self._submit(resolved.spec, caller, key, request.bandwidth)

    async def plan(self, request: StartDownloadRequest, owner: str) -> PlanView:
        resolved = resolve(request, await self._catalog.list())
        return await self._planner.plan(resolved.spec, owner, allowed=self.permits(resolved))

    def permits(self, resolved: ResolvedRequest) -> bool:
        return resolved.allowed or self.unlisted

    async def _submit(
        self, spec: DownloadSpec, caller: CallerIdentity, key: str | None, bandwidth: int | None
    ) -> tuple[DownloadJob, bool]:
        repository = self._jobs.repository
        async with self._starting:
            if await repository.by_key(DOWNLOAD, caller.owner, key) is None:
                active = await repository.active_of(DOWNLOAD, caller.owner)
                under_way = next((job for job in active if job.spec == spec), None)
                if under_way is not None:
                    return await self._go_on(under_way, caller), False
                await self._check_limit(spec, caller)
            job = await self._jobs.submit(
                DOWNLOAD, spec, caller.owner, idempotency_key=key, client=caller.client, bandwidth=bandwidth
            )
        return job, True

    async def _go_on(self, job: DownloadJob, caller: CallerIdentity) -> DownloadJob:
        """Starting a paused download again resumes it."""
        if job.state is not JobState.PAUSED:
            return job
        await self._check_limit(job.spec, caller)
        return await self._jobs.resume(job)

    async def _check_limit(self, spec: DownloadSpec, caller: CallerIdentity) -> None:
        where: dict[str, str] = {"owner": caller.owner}
        if caller.client is not None:
            where["client"] = caller.client
        check_limit(await self._jobs.repository.active(DOWNLOAD, where), spec, self._per_user)

    async def page(self, owner: str, query: PageQuery) -> tuple[list[DownloadJob], str | None]:
        return await self._jobs.repository.page(
            DOWNLOAD, owner, states=query.states, limit=query.limit, cursor=query.cursor
        )

    async def show(self, job_id: str, owner: str) -> DownloadJob:
        return await self._jobs.repository.owned(DOWNLOAD, job_id, owner)

    async def active(self, owner: str) -> list[DownloadJob]:
        """The user's queued, running and paused downloads, oldest first."""
        return await self._jobs.repository.active_of(DOWNLOAD, owner)

    async def views(self, jobs: Sequence[DownloadJob], viewer: str) -> list[DownloadView]:
        return await self._jobs.views(DOWNLOAD, jobs, viewer)

    async def view(self, job: DownloadJob) -> DownloadView:
        """As its owner sees it: downloads are private."""
        return await self._jobs.view(DOWNLOAD, job, job.owner)

    async def request_control(self, job_id: str, owner: str, control: Control) -> DownloadJob:
        return await self._jobs.request_control(await self.show(job_id, owner), control)

    async def resume(self, job_id: str, caller: CallerIdentity) -> DownloadJob:
        """Resume a paused download. Raises `Conflict` in another state, `RateLimited`."""
        job = await self.show(job_id, caller.owner)
        if job.state is not JobState.PAUSED:
            raise Conflict(f"The job is {job.state}: only a paused job can be resumed.")
        async with self._starting:
            return await self._go_on(job, caller)

    async def retry(self, job_id: str, caller: CallerIdentity) -> DownloadJob:
        """A new job for a failed or cancelled one. A job that waits for a retry is retried now.

        Raises `Conflict` for any other, and what `start` raises.
        """
        job = await self.show(job_id, caller.owner)
        if job.state is JobState.QUEUED and job.error is not None:
            return await self._jobs.retry_now(job)
        if job.state not in {JobState.FAILED, JobState.CANCELLED}:
            raise Conflict(f"The job is {job.state}: only one that waits or has failed can be tried again.")
        spec = job.spec
        if not self.unlisted and not allows(spec, await self._catalog.list()):
            raise ModelNotAllowed(f"{spec.target_asset_id} is not in the catalog any more.")
        again, _ = await self._submit(spec, replace(caller, owner=job.owner), None, job.bandwidth)
        return again

    async def limit_bandwidth(self, job_id: str, owner: str, bandwidth: int | None) -> DownloadJob:
        return await self._jobs.limit_bandwidth(await self.show(job_id, owner), bandwidth)
