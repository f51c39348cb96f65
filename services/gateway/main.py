"""The gateway's process: it serves the application, starts live events and seeds the catalog."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from services.gateway.app import Gateway, build_app
from shared.contracts.errors import SokhanError
from shared.service import Service, serve_http
from shared.service.store import ConnectingStore
from shared.tasks import unless
from shared.telemetry import get_logger

_LOG = get_logger("gateway")


async def main(service: Service) -> None:
    gateway = await build_app(service)
    gateway.live.start()
    gateway.audit.start(service.bus)
    settings = service.settings
    gateway.webhooks.start(service.bus)
    gateway.uploads.start(service.bus)
    service.bus.spawn(gateway.monitor.run(), "installation-metrics")
    service.bus.spawn(gateway.certificate.run(), "certificate")
    async with gateway.hub.client, gateway.webhooks.sender.client:
        try:
            await asyncio.gather(
                serve_http(
                    gateway.app, settings.host, settings.port, service.stop, settings=settings, metrics=service.metrics
                ),
                _prepare(gateway, service.store, service.stop),
            )
        finally:
            with suppress(SokhanError):  # the store is gone, too
                await gateway.audit.flush()


async def _prepare(gateway: Gateway, store: ConnectingStore, stop: asyncio.Event) -> None:
    """Runs beside the server, which starts without a store and reports that."""
    if not await store.wait_open(stop):
        return
    try:
        await gateway.auth.start()
        await gateway.hub.vault.encrypt_anew()
    except (SokhanError, OSError) as error:
        _LOG.warning("auth_not_prepared", reason=str(error))
    try:
        await unless(stop, gateway.catalog.seed())
    except Exception:  # the gateway serves without the seed
        _LOG.exception("catalog_seed_failed")
