"""The downloader's composition root."""

from __future__ import annotations

import asyncio
import shutil
import time
from contextlib import suppress

from services.downloader.bandwidth import Bandwidth
from services.downloader.cleanup import PartialFileCleanup
from services.downloader.disk_space import remaining_bytes
from services.downloader.handler import DownloadHandler
from services.downloader.host_limiter import HostLimiters
from services.downloader.metrics import TransferMetrics
from shared.assets import AssetRefresh
from shared.contracts import subjects
from shared.contracts.errors import Unavailable
from shared.contracts.kinds import DOWNLOAD
from shared.contracts.states import JobKind
from shared.files import DataTree
from shared.files.disk_reservations import DiskReservations
from shared.hub import Endpoints, TokenVault, hub_client
from shared.jobs import RetryPolicy, resume_when_disk_has_space
from shared.secret_keys import load_secret_keys
from shared.service import Service, build_jobs, build_worker
from shared.settings import SettingsRepository
from shared.telemetry import get_logger

# The handler retries broken connections itself; the queue retries after a dead worker or a bug.
_POLICY = RetryPolicy(limit=8, first=1.0, ceiling=60.0)

_LOG = get_logger("downloader")


async def main(service: Service) -> None:
    settings = service.settings
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    jobs = build_jobs(service)
    endpoints = Endpoints(settings.hub_endpoints, time.monotonic, settings.hub_hosts)
    reservations = DiskReservations(tree.reservations, lambda path: shutil.disk_usage(path).free)
    metrics = TransferMetrics(service.metrics.registry)
    metrics.watch_reserved(reservations.reserved)
    cleanup = PartialFileCleanup(tree, jobs.repository)
    keys = await asyncio.to_thread(load_secret_keys, settings.secret_key, settings.secret_key_previous, tree.root)
    client = hub_client(
        endpoints.urls,
        # The limiters bound the transfers; each job also requests its listing.
        connections=settings.download_host_connections * len(endpoints.urls) + settings.download_slots,
        stall_s=settings.download_stall_seconds,
        proxies=settings.proxies,
    )
    if proxy := settings.proxies.describe():
        _LOG.info("proxy_configured", proxy=proxy, bypass=",".join(settings.proxies.bypass))
    async with client:
        handler = DownloadHandler(
            tree=tree,
            client=client,
            endpoints=endpoints,
            vault=TokenVault(service.store, keys, settings.hf_token, service.now),
            reservations=reservations,
            host_limiters=HostLimiters(settings.download_host_connections, time.monotonic),
            bandwidth=Bandwidth(
                SettingsRepository(service.store, service.now), settings.download_bandwidth, time.monotonic
            ),
            cleanup=cleanup,
            connections=settings.download_connections,
            patience=settings.download_patience_seconds,
            now=service.now,
            monotonic=time.monotonic,
            rng=service.rng,
            installed=AssetRefresh(service.bus),
            metrics=metrics,
        )
        worker = build_worker(service, DOWNLOAD, handler, slots=settings.download_slots, policy=_POLICY)
        if not (await service.store.wait_open(service.stop) and await service.bus.ready_before(service.stop)):
            return
        await service.bus.subscribe(subjects.event(JobKind.DOWNLOAD, "*"), cleanup.on_event)
        with suppress(Unavailable):  # the next start tries again
            await cleanup.look()
        room = resume_when_disk_has_space(
            jobs, DOWNLOAD, lambda job: reservations.has_space_for(remaining_bytes(job)), service.stop
        )
        await asyncio.gather(worker.run(service.stop), room)
