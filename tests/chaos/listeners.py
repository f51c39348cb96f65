"""Subscribers that come back by `since` after every cut, and write down every event that they receive."""

from __future__ import annotations

import asyncio
import json
from contextlib import suppress
from pathlib import Path
from typing import TextIO

import httpx2
from websockets.asyncio.client import connect
from websockets.exceptions import WebSocketException

from tests.chaos.load import Account
from tests.chaos.stack import Stack

KINDS = ("download", "training", "speech", "scan")


async def listen(stack: Stack, account: Account, log: Path, stop: asyncio.Event) -> None:
    """A client of `/ws` of one account, for the whole run: one line in `log` for each event."""
    known: dict[str, dict[str, int]] = {kind: {} for kind in KINDS}
    with log.open("a", encoding="utf-8") as file:
        while not stop.is_set():
            with suppress(OSError, WebSocketException, TimeoutError, httpx2.HTTPError):
                await _connected(stack, account, known, file, stop)
            await asyncio.sleep(0.3)


async def _connected(
    stack: Stack, account: Account, known: dict[str, dict[str, int]], file: TextIO, stop: asyncio.Event
) -> None:
    url = f"ws://127.0.0.1:{stack.links['client'].port}/ws"
    async with connect(url, additional_headers=account.headers, proxy=None, open_timeout=8, ping_interval=2) as socket:
        # A wildcard takes at most 200 revisions; older jobs come as snapshots, which are no repetition.
        topics = [
            {"topic": f"{kind}:*", "since": dict(list(revisions.items())[-200:])} for kind, revisions in known.items()
        ]
        await socket.send(json.dumps({"op": "subscribe", "topics": topics}))
        file.write(json.dumps({"connected": True}) + "\n")
        while not stop.is_set():
            with suppress(TimeoutError):
                async with asyncio.timeout(1):
                    message = json.loads(await socket.recv())
                if message.get("op") == "error":  # a topic is refused while the store is away: begin again
                    return
                _note(message, known, file)


def _note(message: dict[str, object], known: dict[str, dict[str, int]], file: TextIO) -> None:
    job, revision, kind = message.get("jobId"), message.get("revision"), message.get("kind")
    if job and isinstance(revision, int):
        data = message.get("data")
        state = data.get("state") if isinstance(data, dict) else None
        line = {"job": job, "revision": revision, "type": message["type"], "state": state}
        file.write(json.dumps(line | {"final": bool(message.get("final"))}) + "\n")
        file.flush()
        known[str(kind)][str(job)] = revision
