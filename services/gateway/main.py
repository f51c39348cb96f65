"""The gateway's process: the application behind a server, live events, the catalog's first entries."""

from __future__ import annotations

import asyncio

from services.gateway.app import build_app
from services.gateway.catalog.service import CatalogService
from shared.service import Service, serve_http
from shared.service.store import ConnectingStore
from shared.tasks import unless


async def main(service: Service) -> None:
    gateway = await build_app(service)
    gateway.live.start()
    settings = service.settings
    async with gateway.hub.client:
        await asyncio.gather(
            serve_http(gateway.app, settings.host, settings.port, service.stop),
            _seed(gateway.catalog, service.store, service.stop),
        )


async def _seed(catalog: CatalogService, store: ConnectingStore, stop: asyncio.Event) -> None:
    """Beside the server, which starts without a store and says so."""
    if not await store.wait_open(stop):
        return
    await unless(stop, catalog.seed())
