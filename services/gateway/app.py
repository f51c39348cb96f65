"""The composition root: builds all services of the gateway and its ASGI application."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from datetime import timedelta

from fastapi import FastAPI

from services.gateway.accounts.deletion import AccountDeletion
from services.gateway.analysis.drawing import Drawing
from services.gateway.analysis.service import AnalysisService
from services.gateway.app_auth import AuthParts, build_auth
from services.gateway.assets.installed import InstalledService
from services.gateway.assets.listing import AssetListing
from services.gateway.assets.quota import StoredQuota
from services.gateway.assets.service import AssetsService
from services.gateway.assets.sharing import SharingService
from services.gateway.assets.usage import AssetUsage
from services.gateway.assets.uses import AssetUses
from services.gateway.audit.log import AuditLog
from services.gateway.auth.credentials import RevokedCredentials
from services.gateway.auth.revocation import Revocations
from services.gateway.catalog.service import CatalogService
from services.gateway.datasets.preview import PreviewService
from services.gateway.datasets.reader import DatasetReader
from services.gateway.datasets.service import DatasetsService
from services.gateway.downloads.planning import DownloadPlanner
from services.gateway.downloads.service import DownloadsService
from services.gateway.events.live import LiveEvents
from services.gateway.fair_use import FairUse
from services.gateway.health.disk import disk_reader
from services.gateway.health.queues import QueueReader
from services.gateway.health.service import HealthService
from services.gateway.hub import HubAccess
from services.gateway.lexicon.service import LexiconService
from services.gateway.models.service import ModelsService
from services.gateway.proxy.service import ProxyService
from services.gateway.renders.service import RendersService
from services.gateway.routes import create_app
from services.gateway.settings.service import SettingsService
from services.gateway.settings.usage import UsageService
from services.gateway.sources.service import SourcesService
from services.gateway.sources.updates import UpdatesService
from services.gateway.speech.default_voice import DefaultVoice
from services.gateway.speech.files import VoiceFiles
from services.gateway.speech.service import SpeechService
from services.gateway.system.certificate import CertificateMetrics, CertificateMonitor
from services.gateway.system.disk import DiskUsage
from services.gateway.system.installation import InstallationMetrics, InstallationMonitor
from services.gateway.system.service import SystemService
from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.deletion import RunDeletion
from services.gateway.training.deployments import DeploymentsService
from services.gateway.training.service import TrainingService
from services.gateway.uploads.files import UploadFiles
from services.gateway.uploads.imports import ActiveImports
from services.gateway.uploads.service import UploadsService
from services.gateway.webhooks.collector import WebhookCollector
from services.gateway.webhooks.sender import WebhookSender
from services.gateway.webhooks.service import WebhooksService
from services.gateway.webhooks.signing import WebhookSecrets
from shared.access import CounterRepository
from shared.assets import AssetRefresh, AssetRepository
from shared.audit import AuditRepository
from shared.catalog import CatalogRepository
from shared.config import is_loopback
from shared.contracts.settings import PlatformSettings
from shared.files import DataTree
from shared.hub import AddressPolicy, Endpoints, TokenVault, guarded_client, hub_client
from shared.jobs import JobRepository
from shared.runs import RunRepository
from shared.secret_keys import SecretKeys, load_secret_keys
from shared.service import Service, build_jobs
from shared.settings import SettingsRepository
from shared.webhooks import DeliveryRepository, WebhookRepository

# Metadata and what browsers fetch through /api/proxy; the downloads themselves are the downloader's.
_HUB_CONNECTIONS = 64
_WEBHOOK_CONNECTIONS = 16


@dataclass(frozen=True, slots=True)
class Gateway:
    """`app` answers requests. The process starts `live` and `auth`, seeds `catalog`, and closes `hub.client` at its
    end."""

    app: FastAPI
    auth: AuthParts
    audit: AuditLog
    live: LiveEvents
    catalog: CatalogService
    hub: HubAccess
    webhooks: WebhooksService
    uploads: UploadsService
    monitor: InstallationMonitor
    certificate: CertificateMonitor


async def build_app(service: Service) -> Gateway:
    """Wire the gateway. It opens no socket and starts no task, so a test can call the app over ASGI."""
    settings, store, bus = service.settings, service.store, service.bus
    tree = DataTree(settings.data.absolute())
    await asyncio.to_thread(tree.prepare)
    secrets = await asyncio.to_thread(load_secret_keys, settings.secret_key, settings.secret_key_previous, tree.root)
    hub = _hub(service, secrets)
    jobs = build_jobs(service)
    fair_use = FairUse(settings, CounterRepository(store, service.now))
    runs = RunRepository(store)
    assets = AssetsService(AssetRepository(store))
    entries = CatalogRepository(store, service.now)
    downloads = DownloadsService(
        jobs,
        entries,
        DownloadPlanner(hub, tree, assets),
        unlisted=settings.unlisted_downloads,
        per_user=settings.downloads_per_user,
    )
    catalog = CatalogService(entries, assets, downloads, hub, service.now, fair_use)
    sources = SourcesService(hub, entries, unlisted=settings.unlisted_downloads)
    defaults = PlatformSettings(download_bandwidth=settings.download_bandwidth or None)
    personal = SettingsRepository(store, service.now)
    usage = UsageService(fair_use, jobs.repository, AssetRepository(store))
    queues = QueueReader(jobs.repository, service.now)
    health = HealthService(service.health, bus, time.monotonic, queues, disk_reader(tree))
    disk = DiskUsage(tree, AssetRepository(store), time.monotonic)
    system = SystemService(health, disk, service.now, time.monotonic)
    monitor = InstallationMonitor(InstallationMetrics(service.metrics.registry), health, disk)
    live = LiveEvents(bus, jobs.repository, service.metrics, time.monotonic, fair_use, service.stop, system.status)
    certificate = CertificateMonitor(CertificateMetrics(service.metrics.registry), settings.public_url)
    default_voice = DefaultVoice(personal)
    speech = SpeechService(
        bus, settings.speech_max_characters, fair_use, default_voice, silence=settings.speech_empty == "silence"
    )
    refresh = AssetRefresh(bus)
    installed = InstalledService(
        assets, entries, jobs, AssetUsage(jobs.repository, speech.voices_of_everybody), tree, refresh
    )
    checkpoints = CheckpointsService(jobs.repository, runs, tree)
    revocations = Revocations()

    def end_streams(revoked: RevokedCredentials) -> None:
        revocations.revoke(session=revoked.session, key=revoked.key, owner=revoked.owner)

    auth = build_auth(service, secrets, fair_use, speech.voice_id, end_streams)
    webhooks = _webhooks(service, secrets, jobs.repository)
    records = AuditRepository(store, service.now)
    audit = AuditLog(records, timedelta(days=settings.audit_days))
    renders = RendersService(
        jobs, speech.voices, tree, service.new_id, settings.render_max_characters, fair_use, default_voice
    )
    run_deletion = RunDeletion(jobs.repository, checkpoints, runs)
    imports = ActiveImports(jobs.repository, tree)
    quota = StoredQuota(assets, imports.size, settings.stored_bytes_per_owner)
    uploads = UploadsService(
        UploadFiles(tree),
        quota.check,
        imports.have,
        fair_use,
        service.now,
        service.new_id,
        max_bytes=settings.upload_max_bytes,
        keep=timedelta(days=settings.upload_days),
    )
    deletion = AccountDeletion(
        auth.accounts,
        auth.keys,
        auth.sessions,
        auth.revoker,
        AssetRepository(store),
        installed,
        jobs,
        run_deletion,
        renders,
        webhooks,
        personal,
        hub.vault,
        tree,
        refresh,
        uploads,
    )
    services = (
        *auth.provided,
        deletion,
        records,
        audit,
        webhooks,
        fair_use,
        revocations,
        assets,
        installed,
        AssetListing(
            assets,
            AssetUses(jobs.repository, speech.voices_of_everybody, checkpoints.deployed),
            jobs.repository,
            service.now,
        ),
        SharingService(assets, tree, refresh),
        DatasetsService(jobs, assets, tree, service.new_id, settings.upload_max_bytes, fair_use, quota, uploads),
        PreviewService(assets, DatasetReader(fair_use), tree),
        uploads,
        catalog,
        downloads,
        ModelsService(downloads, jobs, assets, entries, live, tree),
        sources,
        UpdatesService(assets, entries, hub, tree),
        ProxyService(hub, entries, settings.unlisted_downloads, settings.proxy_max_bytes, settings.proxy_seconds),
        SettingsService(personal, hub.vault, sources, defaults, usage),
        TrainingService(jobs, runs, bus, checkpoints, assets),
        checkpoints,
        DeploymentsService(checkpoints, installed, jobs, runs, tree, refresh),
        run_deletion,
        AnalysisService(jobs.repository, runs, Drawing(tree.root / "run" / "matplotlib")),
        speech,
        VoiceFiles(assets, tree),
        LexiconService(tree, speech.phonemize),
        renders,
        health,
        system,
        live,
    )
    app = create_app(settings, services, service.health, service.metrics, service.new_id)
    return Gateway(app, auth, audit, live, catalog, hub, webhooks, uploads, monitor, certificate)


def _hub(service: Service, secrets: SecretKeys) -> HubAccess:
    settings = service.settings
    vault = TokenVault(service.store, secrets, settings.hf_token, service.now)
    endpoints = Endpoints(settings.hub_endpoints, time.monotonic, settings.hub_hosts)
    client = hub_client(settings.hub_endpoints, connections=_HUB_CONNECTIONS, proxies=settings.proxies)
    return HubAccess(client, endpoints, vault, settings.hub_hosts)


def _webhooks(service: Service, secrets: SecretKeys, jobs: JobRepository) -> WebhooksService:
    settings, now = service.settings, service.now
    hosts = frozenset(settings.webhook_hosts)
    policy = AddressPolicy(hosts, any(is_loopback(host) for host in hosts))
    client = guarded_client(policy, connections=_WEBHOOK_CONNECTIONS, proxies=settings.proxies)
    webhooks, deliveries = WebhookRepository(service.store, now), DeliveryRepository(service.store, now)
    signing = WebhookSecrets(secrets)
    return WebhooksService(
        webhooks,
        deliveries,
        signing,
        WebhookCollector(webhooks, deliveries, jobs, now),
        WebhookSender(webhooks, deliveries, signing, client, now),
    )
