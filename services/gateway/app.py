"""The composition root: builds all services of the gateway and its ASGI application."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass

from fastapi import FastAPI

from services.gateway.analysis.drawing import Drawing
from services.gateway.analysis.service import AnalysisService
from services.gateway.assets.installed import InstalledService
from services.gateway.assets.service import AssetsService
from services.gateway.assets.usage import AssetUsage
from services.gateway.auth import Authenticator
from services.gateway.auth.revocation import Revocations
from services.gateway.catalog.service import CatalogService
from services.gateway.datasets.service import DatasetsService
from services.gateway.downloads.planning import DownloadPlanner
from services.gateway.downloads.service import DownloadsService
from services.gateway.events.live import LiveEvents
from services.gateway.fair_use import FairUse
from services.gateway.health.service import HealthService
from services.gateway.hub import HubAccess
from services.gateway.lexicon.service import LexiconService
from services.gateway.models.service import ModelsService
from services.gateway.proxy.service import ProxyService
from services.gateway.renders.service import RendersService
from services.gateway.routes import create_app
from services.gateway.settings.service import SettingsService
from services.gateway.sources.service import SourcesService
from services.gateway.sources.updates import UpdatesService
from services.gateway.speech.service import SpeechService
from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.deletion import RunDeletion
from services.gateway.training.deployments import DeploymentsService
from services.gateway.training.service import TrainingService
from shared.access import CounterRepository, TicketRepository
from shared.assets import AssetRefresh, AssetRepository
from shared.catalog import CatalogRepository
from shared.contracts.settings import PlatformSettings
from shared.files import DataTree
from shared.hub import Endpoints, TokenVault, hub_client, secret_key
from shared.runs import RunRepository
from shared.service import Service, build_jobs
from shared.settings import SettingsRepository

# Metadata and what browsers fetch through /api/proxy; the downloads themselves are the downloader's.
_HUB_CONNECTIONS = 64


@dataclass(frozen=True, slots=True)
class Gateway:
    """`app` answers requests. The process starts `live`, seeds `catalog`, and closes `hub.client` at the end."""

    app: FastAPI
    live: LiveEvents
    catalog: CatalogService
    hub: HubAccess


async def build_app(service: Service) -> Gateway:
    """Wire the gateway. It opens no socket and starts no task, so a test can call the app over ASGI."""
    settings, store, bus = service.settings, service.store, service.bus
    tree = DataTree(settings.data.absolute())
    await asyncio.to_thread(tree.prepare)
    hub = await _hub(service, tree)
    jobs = build_jobs(service)
    tickets = TicketRepository(store, service.now)
    fair_use = FairUse(settings, CounterRepository(store, service.now))
    runs = RunRepository(store)
    assets = AssetsService(AssetRepository(store), jobs.repository, service.now)
    entries = CatalogRepository(store, service.now)
    downloads = DownloadsService(
        jobs,
        entries,
        DownloadPlanner(hub, tree),
        unlisted=settings.unlisted_downloads,
        per_user=settings.downloads_per_user,
    )
    catalog = CatalogService(entries, assets, downloads, hub, service.now, fair_use)
    sources = SourcesService(hub, entries, unlisted=settings.unlisted_downloads)
    defaults = PlatformSettings(download_bandwidth=settings.download_bandwidth or None)
    live = LiveEvents(bus, jobs.repository, service.metrics, time.monotonic, fair_use, service.stop)
    speech = SpeechService(bus, settings.speech_max_characters, fair_use, silence=settings.speech_empty == "silence")
    refresh = AssetRefresh(bus)
    installed = InstalledService(
        assets, entries, jobs, AssetUsage(jobs.repository, speech.voices_of_everybody), tree, refresh
    )
    checkpoints = CheckpointsService(jobs.repository, runs, tree)
    services = (
        Authenticator(settings.auth, settings.token, tickets, fair_use),
        tickets,
        fair_use,
        Revocations(),
        assets,
        installed,
        DatasetsService(jobs, assets, tree, service.new_id, settings.upload_max_bytes, fair_use),
        catalog,
        downloads,
        ModelsService(downloads, jobs, assets, entries, live, tree),
        sources,
        UpdatesService(assets, entries, hub, tree),
        ProxyService(hub, entries, settings.unlisted_downloads, settings.proxy_max_bytes, settings.proxy_seconds),
        SettingsService(SettingsRepository(store, service.now), hub.vault, sources, defaults),
        TrainingService(jobs, runs, bus, checkpoints),
        checkpoints,
        DeploymentsService(checkpoints, installed, jobs, runs, tree, refresh),
        RunDeletion(jobs.repository, checkpoints, runs),
        AnalysisService(jobs.repository, runs, Drawing(tree.root / "run" / "matplotlib")),
        speech,
        LexiconService(tree, speech.phonemize),
        RendersService(jobs, speech.voices, tree, service.new_id, settings.render_max_characters, fair_use),
        HealthService(service.health, bus, time.monotonic),
        live,
    )
    app = create_app(settings, services, service.health, service.metrics, service.new_id)
    return Gateway(app, live, catalog, hub)


async def _hub(service: Service, tree: DataTree) -> HubAccess:
    settings = service.settings
    key = await asyncio.to_thread(secret_key, settings.secret_key, tree.root)
    vault = TokenVault(service.store, key, settings.hf_token, service.now)
    endpoints = Endpoints(settings.hub_endpoints, time.monotonic, settings.hub_hosts)
    client = hub_client(settings.hub_endpoints, connections=_HUB_CONNECTIONS, proxies=settings.proxies)
    return HubAccess(client, endpoints, vault, settings.hub_hosts)
