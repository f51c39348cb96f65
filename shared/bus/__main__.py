"""`python -m shared.bus`: creates and updates the streams, then exits. `sokhan up` and compose run it as `admin`."""

from __future__ import annotations

import asyncio
import sys

from shared.bus.client import Bus
from shared.bus.settings import bus_settings
from shared.config import Settings, load_settings
from shared.telemetry import Metrics, configure_logging

_LIMIT_S = 30.0  # the caller starts it again


async def declare(settings: Settings) -> bool:
    """Whether the streams were declared within the limit."""
    bus = Bus(bus_settings("streams", settings), Metrics("streams"))
    bus.start()
    try:
        return await bus.wait_ready(_LIMIT_S)
    finally:
        await bus.close()


def main() -> int:
    settings = load_settings()
    configure_logging("streams", level=settings.log_level, style=settings.log_format)
    if asyncio.run(declare(settings)):
        return 0
    sys.stderr.write(f"The message bus at {settings.nats_url} did not answer within {_LIMIT_S:.0f} s.\n")
    return 1


if __name__ == "__main__":
    raise SystemExit(main())
