"""N WebSocket subscribers in a process of their own; prints, per event, how long it took to each (ms).

The event carries the time at which it was published on the same machine's monotonic clock.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

from websockets.asyncio.client import ClientConnection, connect

_CONNECT_AT_ONCE = 50


async def main(url: str, count: int, events: int) -> None:
    turns = asyncio.Semaphore(_CONNECT_AT_ONCE)

    async def join() -> ClientConnection:
        async with turns:
            socket = await connect(url, proxy=None, compression=None, max_queue=None, open_timeout=60)
            await socket.send(json.dumps({"op": "subscribe", "topics": ["training:*"]}))
            while json.loads(await socket.recv()).get("op") != "subscribed":
                pass
            return socket

    sockets = await asyncio.gather(*(join() for _ in range(count)))
    print("ready", flush=True)
    delays: list[list[float]] = [[] for _ in range(events)]

    async def listen(socket: ClientConnection) -> None:
        left = events
        while left:
            text = await asyncio.wait_for(socket.recv(), 60)
            seen = time.monotonic()
            data = json.loads(text)["data"]
            if "published" in data:  # else the gateway says that the store does not have this run
                delays[data["number"]].append((seen - data["published"]) * 1000)
                left -= 1

    await asyncio.gather(*(listen(socket) for socket in sockets))
    print(json.dumps(delays), flush=True)
    await asyncio.gather(*(socket.close() for socket in sockets))


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3])))
