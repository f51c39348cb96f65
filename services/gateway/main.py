"""The gateway's composition root."""

from __future__ import annotations

import time

from services.gateway.app import create_app
from services.gateway.assets.service import AssetsService
from services.gateway.context import Gateway
from services.gateway.datasets.service import DatasetsService
from services.gateway.downloads.service import DownloadsService
from services.gateway.events.live import LiveEvents
from services.gateway.health.service import HealthService
from services.gateway.speech.service import SpeechService
from services.gateway.training.service import TrainingService
from shared.files import DataTree
from shared.service import Service, build_jobs, serve_http


async def main(service: Service) -> None:
    settings, store, bus = service.settings, service.store, service.bus
    tree = DataTree(settings.data.absolute())
    tree.prepare()
    jobs = build_jobs(service)
    assets = AssetsService(store, service.now)
    live = LiveEvents(bus, jobs.repository, service.metrics, time.monotonic)
    live.start()
    parts = Gateway(
        settings=settings,
        assets=assets,
        datasets=DatasetsService(jobs, assets, tree, service.new_id, settings.upload_max_bytes),
        downloads=DownloadsService(jobs),
        training=TrainingService(jobs, store, bus),
        speech=SpeechService(bus, settings.speech_max_characters),
        health=HealthService(service.health, bus),
        live=live,
    )
    app = create_app(parts, service.metrics, service.new_id)
    await serve_http(app, settings.host, settings.port, service.stop)
