"""Downloads: accept, list, show, cancel."""

from __future__ import annotations

from services.gateway.downloads.schemas import StartDownload
from services.gateway.paging import PageQuery
from shared.contracts.specs import DownloadSpec
from shared.contracts.states import Control, JobKind
from shared.jobs import Job, Jobs


class DownloadsService:
    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs

    async def start(self, wish: StartDownload, owner: str, key: str | None) -> Job:
        spec = DownloadSpec(
            repo_id=wish.repo_id or wish.model_id or "",
            repo_type=wish.repo_type,
            repo_revision=wish.revision,
            include=tuple(wish.include),
            exclude=tuple(wish.exclude),
        )
        return await self._jobs.submit(spec, owner, idempotency_key=key)

    async def page(self, owner: str, query: PageQuery) -> tuple[list[Job], str | None]:
        return await self._jobs.repository.page(
            JobKind.DOWNLOAD, owner, states=query.states, limit=query.limit, cursor=query.cursor
        )

    async def show(self, job_id: str, owner: str) -> Job:
        return await self._jobs.repository.owned(JobKind.DOWNLOAD, job_id, owner)

    async def cancel(self, job_id: str, owner: str) -> Job:
        return await self._jobs.ask(await self.show(job_id, owner), Control.CANCEL)
