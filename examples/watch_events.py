"""An event consumer: `python examples/watch_events.py 'training:*' 'download:*'`. One line for each event.

A subscription begins with a snapshot of every job. After a lost connection the client subscribes again and gets a
fresh one, so nothing is missed: `revision` says which events it has seen.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

from websockets.asyncio.client import connect

URL = os.environ.get("SOKHAN_URL", "http://127.0.0.1:8080").replace("http", "ws", 1)


async def main(topics: list[str]) -> None:
    token = os.environ.get("SOKHAN_TOKEN")
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    seen: dict[str, int] = {}
    async for socket in connect(f"{URL}/ws", additional_headers=headers, proxy=None):  # reconnects by itself
        await socket.send(json.dumps({"op": "subscribe", "topics": topics}))
        try:
            async for message in socket:
                event = json.loads(message)
                if event.get("op") == "error":
                    sys.exit(f"{event['code']}: {event['message']}")
                if "type" not in event or event["revision"] <= seen.get(event["topic"], 0):
                    continue
                seen[event["topic"]] = event["revision"]
                data = event["data"]
                print(event["topic"], event["type"], data.get("state"), data.get("progress"), flush=True)
        except OSError:
            continue


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1:] or ["training:*", "download:*"]))
