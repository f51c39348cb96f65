"""The gateway's composition root."""

from __future__ import annotations

import asyncio
import time

from services.gateway.analysis.drawing import Drawing
from services.gateway.analysis.service import AnalysisService
from services.gateway.app import create_app
from services.gateway.assets.installed import InstalledService
from services.gateway.assets.service import AssetsService
from services.gateway.assets.usage import AssetUsage
from services.gateway.catalog.service import CatalogService
from services.gateway.context import Gateway
from services.gateway.datasets.service import DatasetsService
from services.gateway.downloads.planning import DownloadPlanner
from services.gateway.downloads.service import DownloadsService
from services.gateway.events.live import LiveEvents
from services.gateway.health.service import HealthService
from services.gateway.hub import HubAccess
from services.gateway.models.service import ModelsService
from services.gateway.proxy.service import ProxyService
from services.gateway.renders.service import RendersService
from services.gateway.settings.service import SettingsService
from services.gateway.sources.service import SourcesService
from services.gateway.sources.updates import Updates
from services.gateway.speech.service import SpeechService
from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.deployments import DeploymentsService
from services.gateway.training.purge import Purge
from services.gateway.training.service import TrainingService
from shared.assets import AssetRepository
from shared.catalog import CatalogRepository
from shared.contracts.settings import PlatformSettings
from shared.files import DataTree
from shared.hub import Endpoints, TokenVault, hub_client, secret_key
from shared.runs import RunRepository
from shared.service import Service, build_jobs, serve_http
from shared.service.store import ConnectingStore
from shared.settings import SettingsRepository

# Metadata and what browsers fetch through /api/proxy; the downloads themselves are the downloader's.
_HUB_CONNECTIONS = 64


async def main(service: Service) -> None:
    settings, store, bus = service.settings, service.store, service.bus
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    jobs = build_jobs(service)
    runs = RunRepository(store)
    assets = AssetsService(AssetRepository(store), jobs.repository, service.now)
    hub = await _hub(service, tree)
    entries = CatalogRepository(store, service.now)
    downloads = DownloadsService(
        jobs,
        entries,
        DownloadPlanner(hub, tree),
        unlisted=settings.unlisted_downloads,
        per_user=settings.downloads_per_user,
    )
    catalog = CatalogService(entries, assets, downloads, hub, service.now)
    sources = SourcesService(hub, entries, unlisted=settings.unlisted_downloads)
    defaults = PlatformSettings(download_bandwidth=settings.download_bandwidth or None)
    live = LiveEvents(bus, jobs.repository, service.metrics, time.monotonic)
    live.start()
    speech = SpeechService(bus, settings.speech_max_characters, silence=settings.speech_empty == "silence")
    installed = InstalledService(assets, entries, jobs, AssetUsage(jobs.repository, speech.voices), tree)
    checkpoints = CheckpointsService(jobs.repository, runs, tree)
    parts = Gateway(
        settings=settings,
        assets=assets,
        installed=installed,
        datasets=DatasetsService(jobs, assets, tree, service.new_id, settings.upload_max_bytes),
        catalog=catalog,
        downloads=downloads,
        models=ModelsService(jobs, assets, entries, live, tree),
        sources=sources,
        updates=Updates(assets, entries, hub, tree),
        proxy=ProxyService(hub, settings.proxy_max_bytes, settings.proxy_seconds),
        own_settings=SettingsService(SettingsRepository(store, service.now), hub.vault, sources, defaults),
        training=TrainingService(jobs, runs, bus, checkpoints),
        checkpoints=checkpoints,
        deployments=DeploymentsService(checkpoints, installed, jobs, runs, tree),
        purge=Purge(jobs.repository, checkpoints, runs),
        analysis=AnalysisService(jobs.repository, runs, Drawing(tree.root / "run" / "matplotlib")),
        speech=speech,
        renders=RendersService(jobs, speech.voices, tree, service.new_id, settings.render_max_characters),
        health=HealthService(service.health, bus),
        live=live,
    )
    app = create_app(parts, service.metrics, service.new_id)
    async with hub.client:
        await asyncio.gather(
            serve_http(app, settings.host, settings.port, service.stop), _seed(catalog, store, service.stop)
        )


async def _hub(service: Service, tree: DataTree) -> HubAccess:
    settings = service.settings
    key = await asyncio.to_thread(secret_key, settings.secret_key, tree.root)
    vault = TokenVault(service.store, key, settings.hf_token, service.now)
    endpoints = Endpoints(settings.hub_endpoints, time.monotonic, settings.hub_hosts)
    client = hub_client(settings.hub_endpoints, connections=_HUB_CONNECTIONS, proxies=settings.proxies)
    return HubAccess(client, endpoints, vault, settings.hub_hosts)


async def _seed(catalog: CatalogService, store: ConnectingStore, stop: asyncio.Event) -> None:
    """Beside the server, which starts without a store and says so."""
    if not await store.wait_open(stop):
        return
    seeding = asyncio.create_task(catalog.seed())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({seeding, stopping}, return_when=asyncio.FIRST_COMPLETED)
    for task in (seeding, stopping):
        task.cancel()
    await asyncio.gather(seeding, stopping, return_exceptions=True)
