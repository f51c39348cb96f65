"""The test double of a MongoDB server, on the port and address where a container's neighbours look for it."""

from __future__ import annotations

import asyncio
import signal

from tests.doubles.mongod import listen


async def serve() -> None:
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    server = await listen("0.0.0.0", 27017)
    await stop.wait()
    server.close()


if __name__ == "__main__":
    asyncio.run(serve())
