"""The real gateway in this process: `build_app` over a SQLite store in a folder and a bus that never connects.

HTTP behaviour is tested here in milliseconds. What depends on workers, on NATS or on sockets is tested in tests/e2e.
"""

from __future__ import annotations

import asyncio
import io
import logging
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

import anyio.from_thread
import pytest
import structlog
from starlette.testclient import TestClient

from services.gateway.app import Gateway, build_app
from services.gateway.auth.identity import CallerIdentity, caller_of, owner_of
from shared.assets import AssetRepository
from shared.bus import Bus, bus_settings
from shared.config import Settings, load_settings
from shared.contracts.access import Role
from shared.contracts.assets import Asset
from shared.service import Health, Service
from shared.service.store import ConnectingStore
from shared.telemetry import Metrics, configure_logging
from tests.support.platform import Platform
from tests.support.processes import Nats

_STORE_OPEN_S = 20


class _Client(TestClient):
    """Stays in the gateway's event loop; Starlette's would run the application in a loop of its own."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


@dataclass
class GatewayApp(Platform):
    """A platform that consists of the gateway's application. Its NATS is never started."""

    log: io.StringIO = field(default_factory=io.StringIO)
    _portal: anyio.from_thread.BlockingPortal | None = None
    _service: Service | None = None
    _gateway: Gateway | None = None

    def client(self, address: str = "127.0.0.1") -> TestClient:
        """A client whose requests run in the gateway's event loop. `address` is the caller's."""
        assert self._gateway is not None
        client = _Client(
            self._gateway.app,
            base_url=self.url,
            raise_server_exceptions=False,
            client=(address, 50_000),
            follow_redirects=False,
        )
        client.portal = self._portal
        return client

    def open(self, portal: anyio.from_thread.BlockingPortal) -> None:
        """Do what the process does at its start, except that nothing listens and the bus does not connect."""
        self._portal = portal
        with pytest.MonkeyPatch.context() as patch:
            for name, value in self.settings().items():
                patch.setenv(name, value)
            settings = load_settings()
        self._service, self._gateway = portal.call(_start, settings)

    @contextmanager
    def as_owner(self, owner: str, role: Role = Role.MEMBER, voice: str | None = None) -> Iterator[None]:
        """Requests inside the block are this account's, with a key for one voice if it is given."""
        assert self._gateway is not None
        caller = CallerIdentity(owner, role=role, voice=voice)
        overrides = self._gateway.app.dependency_overrides
        overrides.update({owner_of: lambda: owner, caller_of: lambda: caller})
        try:
            yield
        finally:
            overrides.clear()

    def install(self, *assets: Asset) -> None:
        """Save documents of assets as the scanner would."""
        assert self._portal is not None
        assert self._service is not None
        repository = AssetRepository(self._service.store)
        for asset in assets:
            self._portal.call(repository.save, asset)

    def close(self) -> None:
        assert self._portal is not None
        assert self._service is not None
        assert self._gateway is not None
        self._portal.call(_stop, self._service, self._gateway)

    def restart(self) -> None:
        """A new application over the same data folder and store."""
        assert self._portal is not None
        self.close()
        self.open(self._portal)


async def _start(settings: Settings) -> tuple[Service, Gateway]:
    metrics = Metrics("gateway")
    bus, store, stop = (
        Bus(bus_settings("gateway", settings), metrics),
        ConnectingStore(settings.store.reveal()),
        asyncio.Event(),
    )
    service = Service(
        name="gateway",
        worker="gateway-in-process",
        settings=settings,
        metrics=metrics,
        store=store,
        bus=bus,
        health=Health("gateway", store, bus),
        stop=stop,
        rng=random.Random(0),
    )
    store.start()
    async with asyncio.timeout(_STORE_OPEN_S):
        assert await store.wait_open(stop)
    gateway = await build_app(service)
    gateway.live.start()
    gateway.audit.start(bus)
    await gateway.auth.start()
    await gateway.hub.vault.encrypt_anew()
    await gateway.catalog.seed()
    return service, gateway


async def _stop(service: Service, gateway: Gateway) -> None:
    await gateway.hub.client.aclose()
    await gateway.webhooks.sender.client.aclose()
    await service.bus.close()
    await service.store.close()


@contextmanager
def gateway_app(folder: Path, environment: Mapping[str, str] | None = None) -> Iterator[GatewayApp]:
    """The gateway with these settings. `log` receives what the process would write to stderr."""
    folder.mkdir(parents=True, exist_ok=True)
    built = GatewayApp(folder, Nats(folder / "nats"), environment=environment or {})
    with _logging_to(built.log), anyio.from_thread.start_blocking_portal("asyncio") as portal:
        built.open(portal)
        try:
            yield built
        finally:
            built.close()


@contextmanager
def _logging_to(target: io.StringIO) -> Iterator[None]:
    """The gateway's own logging, with its end restored: it is configured for a whole process."""
    root, config = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    with redirect_stderr(target):
        configure_logging("gateway", style="json")
    try:
        yield
    finally:
        root.handlers = handlers
        root.setLevel(level)
        structlog.configure(**config)
        structlog.contextvars.unbind_contextvars("service")
