"""`python -m shared.bus`: creates and updates streams and consumers of programs, then exits.

`sokhan up` and compose run it as `admin`.
"""

from __future__ import annotations

import asyncio
import sys

from shared.bus.client import Bus
from shared.bus.settings import bus_settings
from shared.bus.streams import declare_app_consumers
from shared.config import Settings, load_settings
from shared.telemetry import Metrics, configure_logging

_LIMIT_S = 30.0  # the caller starts it again


async def declare(settings: Settings) -> bool:
    """Whether the streams and consumers were declared within the limit."""
    bus = Bus(bus_settings("streams", settings), Metrics("streams"))
    bus.start()
    try:
        if not await bus.wait_ready(_LIMIT_S):
            return False
        await declare_app_consumers(bus.jetstream)
        return True
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
