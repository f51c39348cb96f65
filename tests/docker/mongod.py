"""The test double of a MongoDB server, on the port and address where a container's neighbours look for it."""

from __future__ import annotations

import asyncio
import contextlib
import signal

from tests.doubles.mongod import Mongod
from tests.doubles.mongod_rules import correct_mongomock
from tests.doubles.mongod_wire import read_request, reply


async def serve() -> None:
    correct_mongomock()
    mongod = Mongod()

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(asyncio.IncompleteReadError, ConnectionError):
            while True:
                request = await read_request(reader)
                writer.write(reply(request, mongod.answer(request.command)))
                await writer.drain()
        writer.close()

    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    await asyncio.start_server(talk, "0.0.0.0", 27017)
    await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve())
