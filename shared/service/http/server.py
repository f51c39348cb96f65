"""Serves an ASGI application until the service stops."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import resource
import time
from collections.abc import Iterator
from dataclasses import replace

import uvicorn
from starlette.types import ASGIApp

from shared.config import Settings
from shared.service.http.connections import ConnectionLimits, Connections
from shared.service.http.protocols import GuardedConfig, GuardedHttp, GuardedWebSocket, end_late
from shared.telemetry import Metrics

_SWEEP_S = 1.0
_WS_MESSAGE_BYTES = 64 * 1024
# For files of the store, the bus, logs and responses.
_RESERVED_FILES = 200


class _Server(uvicorn.Server):
    """uvicorn without its signal handlers: the service handles signals."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def connection_limits(settings: Settings) -> ConnectionLimits:
    """The limits of these settings, below the number of files that this process may open."""
    limits = ConnectionLimits(
        total=settings.http_connections,
        per_address=settings.http_connections_per_address,
        head_seconds=settings.http_head_seconds,
        body_idle_seconds=settings.http_body_idle_seconds,
        write_idle_seconds=settings.http_write_idle_seconds,
        trusted=tuple(ipaddress.ip_network(proxy, strict=False) for proxy in settings.trusted_proxies),
    )
    return replace(limits, total=max(1, min(limits.total, _open_files() - _RESERVED_FILES)))


async def serve_http(
    app: ASGIApp, host: str, port: int, stop: asyncio.Event, *, settings: Settings, metrics: Metrics
) -> None:
    """Serve until `stop` is set; then open connections have 5 seconds to end.

    Raises `RuntimeError` if the port is in use, and the error of the sweep: without it no deadline holds.
    """
    config = GuardedConfig(
        app,
        host=host,
        port=port,
        http=GuardedHttp,
        ws=GuardedWebSocket,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=bool(settings.trusted_proxies),
        forwarded_allow_ips=list(settings.trusted_proxies),
        timeout_graceful_shutdown=5,
        ws_max_size=_WS_MESSAGE_BYTES,
        ws_per_message_deflate=False,  # its windows take most of a socket's memory; an event has half a kilobyte
        lifespan="off",
    )
    config.connections = Connections(connection_limits(settings), time.monotonic, metrics.http.connection_refused)
    server = _Server(config)
    serving = asyncio.create_task(server.serve(), name="http")
    stopping = asyncio.create_task(stop.wait())
    sweeping = asyncio.create_task(_sweep(config.connections), name="http-sweep")
    try:
        done, _ = await asyncio.wait({serving, stopping, sweeping}, return_when=asyncio.FIRST_COMPLETED)
        if serving in done and not stop.is_set():
            stop.set()
            raise RuntimeError(f"cannot listen on {host}:{port}; is another program using the port?")
        server.should_exit = True
        await asyncio.gather(serving, return_exceptions=True)
        if sweeping in done:
            stop.set()
            await sweeping
    finally:
        stopping.cancel()
        sweeping.cancel()


async def _sweep(connections: Connections) -> None:
    while True:
        await asyncio.sleep(_SWEEP_S)
        connections.sweep(end_late)


def _open_files() -> int:
    """Raise the limit of open files as far as the system allows (the default is often 1,024). Returns it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard == resource.RLIM_INFINITY or hard > soft:
        wanted = 65_536 if hard == resource.RLIM_INFINITY else min(hard, 65_536)
        if wanted > soft:
            resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, hard))
            return wanted
    return soft
