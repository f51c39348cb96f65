"""The downloader's composition root."""

from __future__ import annotations

import httpx2

from services.downloader.job import DownloadHandler
from shared.contracts.states import JobKind
from shared.files import DataTree
from shared.jobs import RetryPolicy
from shared.service import Service, build_jobs, build_worker

# No byte for 30 s is a stall (facts of slow lines: a satellite hop pauses for up to 20 s).
_TIMEOUT = httpx2.Timeout(connect=15.0, read=30.0, write=30.0, pool=None)
_POLICY = RetryPolicy(limit=8, first=1.0, ceiling=60.0)


async def main(service: Service) -> None:
    settings = service.settings
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    async with httpx2.AsyncClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=True) as client:
        handler = DownloadHandler(
            tree=tree,
            client=client,
            endpoint=settings.hf_endpoint,
            token=settings.hf_token.get_secret_value() if settings.hf_token else None,
            connections=settings.download_connections,
            now=service.now,
            installed=build_jobs(service).show_on_disk,
        )
        worker = build_worker(service, JobKind.DOWNLOAD, handler, slots=settings.download_slots, policy=_POLICY)
        await worker.run(service.stop)
