"""Runs a service until SIGTERM and shuts it down."""

from __future__ import annotations

import asyncio
import random
import signal
import sys
import uuid
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from shared.bus import Bus, bus_settings
from shared.config import Settings, load_settings
from shared.jobs.worker_identity import worker_identity
from shared.private_files import make_private, use_umask
from shared.sandbox.privileges import hide_process
from shared.service.gpus import GpuReader
from shared.service.health import Health
from shared.service.http import serve_http
from shared.service.load import ProcessLoad, no_gpus
from shared.service.ops import ops_app
from shared.service.store import ConnectingStore
from shared.service.watching import measure_process
from shared.settings_errors import refuse
from shared.store import StoreTooNew
from shared.store.access import ACCESS
from shared.telemetry import Metrics, configure_logging, configure_tracing, get_logger
from shared.telemetry.tracing import flush_tracing

_LOG = get_logger("service")
# They compute on GPUs, so their machines are those whose GPUs count.
_COMPUTING = frozenset({"trainer", "synth"})
_REMOTE = frozenset({"trainer", "synth"})


def utc_now() -> datetime:
    """The current time, truncated to the store's resolution of a millisecond, so that it reads back equal."""
    now = datetime.now(UTC)
    return now.replace(microsecond=now.microsecond // 1000 * 1000)


def new_id() -> str:
    return uuid.uuid4().hex


@dataclass(frozen=True, slots=True)
class Service:
    """The parts of a running service, for its composition root."""

    name: str
    worker: str
    settings: Settings
    metrics: Metrics
    store: ConnectingStore
    bus: Bus
    health: Health
    stop: asyncio.Event
    rng: random.Random
    now: Callable[[], datetime] = utc_now
    new_id: Callable[[], str] = new_id


Main = Callable[[Service], Awaitable[None]]


def run_service(name: str, main: Main) -> None:
    """Run `main`, and /livez, /readyz and /metrics on the operations port, until SIGTERM or Ctrl-C."""
    settings = load_settings()
    if settings.remote and name not in _REMOTE:
        refuse(f"SOKHAN_REMOTE=true is for trainers and synths; the {name} works in the data folder of the gateway")
    use_umask(settings.umask)
    make_private(settings.data, settings.umask)
    configure_logging(name, level=settings.log_level, style=settings.log_format)
    hide_process()  # its memory and environment hold secrets, and it starts sandboxes of its own user
    configure_tracing(name, settings.otlp_endpoint.reveal() if settings.otlp_endpoint else None)
    try:
        asyncio.run(_run(name, settings, main))
    except SystemExit:
        raise
    except StoreTooNew as error:  # a downgrade: the sentence says all, a traceback nothing more
        _LOG.error("store_too_new", reason=error.message)
        sys.stderr.write(f"sokhan {name}: {error.message} {error.hint}\n")
        raise SystemExit(1) from None
    except Exception as error:
        _LOG.exception("service_failed")
        sys.stderr.write(f"sokhan {name}: {error}\n")
        raise SystemExit(1) from error
    finally:
        flush_tracing()


async def _run(name: str, settings: Settings, main: Main) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, stop.set)
    metrics = Metrics(name)
    bus = Bus(bus_settings(name, settings), metrics)
    store = ConnectingStore(settings.store.reveal(), ACCESS.get(name), metrics.store)
    gpus = GpuReader() if name in _COMPUTING else no_gpus
    health = Health(name, store, bus, ProcessLoad(gpus))
    service = Service(
        name=name,
        worker=worker_identity(name),
        settings=settings,
        metrics=metrics,
        store=store,
        bus=bus,
        health=health,
        stop=stop,
        rng=random.Random(),  # noqa: S311 - jitter
    )
    store.start()
    bus.start()
    bus.spawn(_answer_pings(bus, health), "pings")
    measuring = asyncio.create_task(measure_process(metrics, health, gpus=name in _COMPUTING), name="measure")
    operations = serve_http(
        ops_app(health, metrics), settings.ops_host, settings.ops_port, stop, settings=settings, metrics=metrics
    )
    _LOG.info("service_started", version_of=name)
    try:
        await asyncio.gather(main(service), _fail_with(store, stop), operations)
    finally:
        measuring.cancel()
        await asyncio.gather(measuring, return_exceptions=True)
        await bus.close()
        await store.close()
        _LOG.info("service_stopped")


async def _fail_with(store: ConnectingStore, stop: asyncio.Event) -> None:
    """End the service with the reason if the store can never be opened (a newer schema, a wrong URL)."""
    try:
        await store.wait_open(stop)
    except Exception:
        stop.set()
        raise


async def _answer_pings(bus: Bus, health: Health) -> None:
    while not await bus.wait_ready(60):
        pass
    await health.answer_pings()
