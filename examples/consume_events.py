"""A program that consumes the stream EVENTS: `python examples/consume_events.py app-1`. One line for each event.

The server remembers what was acknowledged under this name, so the program goes on where it stopped.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys

import nats
from nats.errors import TimeoutError as NothingNew

URL = os.environ.get("NATS_URL", "nats://127.0.0.1:4222")


def handle(event: dict[str, object], seen: dict[str, int]) -> None:
    """Use one event. A program with a database writes the revision there, together with what it makes of the event."""
    topic, revision = str(event["topic"]), int(str(event["revision"]))
    if event["jobId"] is not None:  # an event of an asset says all about it, so a second one does no harm
        last = seen.get(topic, revision - 1)
        if revision <= last:
            return  # delivered again
        if revision > last + 1:
            print("gap", topic, last, revision, flush=True)  # ask the API for the job
        seen[topic] = revision
    data = event["data"]
    assert isinstance(data, dict)
    print(topic, revision, event["type"], event["owner"], data.get("state"), flush=True)


async def main(consumer: str) -> None:
    connection = await nats.connect(
        URL,
        user="events",
        password=os.environ["NATS_PASSWORD"],
        inbox_prefix="_INBOX.events",  # the only subjects that this user may subscribe to
        max_reconnect_attempts=-1,
    )
    events = await connection.jetstream(domain="sokhan").pull_subscribe_bind(consumer, stream="EVENTS")
    seen: dict[str, int] = {}
    while True:
        try:
            messages = await events.fetch(100, timeout=5)
        except NothingNew:
            continue
        for message in messages:
            handle(json.loads(message.data), seen)
            await message.ack()  # after the work: what is not acknowledged within a minute comes again


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
