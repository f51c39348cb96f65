"""Follows one job over `/ws` to its end, through restarts of the gateway."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncGenerator, AsyncIterator

import httpx2
from pydantic import AwareDatetime, BaseModel, ConfigDict, JsonValue
from pydantic.alias_generators import to_camel
from websockets.asyncio.client import connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake, WebSocketException

from cli.client import Json
from cli.errors import CliError, Exit
from cli.session import SessionAuth
from cli.settings import CliSettings

_PAUSE_S = 0.5
# The interval of websocket pings: a topic may be quiet for long, so only a missing pong shows a dead connection.
_PING_S = 10.0


class _DirectConnection(connect):
    """Follows no redirect: websockets would send the token to the other host too."""

    def process_redirect(self, exc: Exception) -> Exception | str:
        return exc


class FollowedEvent(BaseModel):
    model_config = ConfigDict(alias_generator=to_camel, populate_by_name=True, extra="ignore")

    topic: str
    type: str
    revision: int
    time: AwareDatetime
    data: dict[str, JsonValue]
    final: bool = False


async def follow(settings: CliSettings, topic: str) -> AsyncGenerator[FollowedEvent]:
    """The events of a topic: a snapshot first, the terminal event last, each revision once, across reconnections."""
    seen = 0
    patience = max(settings.patience, 30.0)
    last_contact = time.monotonic()
    while True:
        try:
            async for event in _events(settings, topic):
                last_contact = time.monotonic()
                if event.revision <= seen:
                    continue
                seen = event.revision
                yield event
                if event.final:
                    return
        except ConnectionClosed:
            last_contact = time.monotonic()  # the connection was alive until now, also without events
        except (OSError, WebSocketException, InvalidHandshake, TimeoutError, httpx2.HTTPError):
            pass  # the gateway restarts; the next snapshot has the missed changes
        if time.monotonic() - last_contact > patience:
            raise CliError(
                f"The gateway at {settings.base} has not answered for {patience:.0f} s.",
                hint="The job continues: `sokhan jobs` shows it once the gateway answers.",
                exit_=Exit.UNREACHABLE,
            )
        await asyncio.sleep(_PAUSE_S)


async def _events(settings: CliSettings, topic: str) -> AsyncIterator[FollowedEvent]:
    url = f"ws{settings.base.removeprefix('http')}/ws"
    headers = await SessionAuth(settings).headers()
    async with _DirectConnection(
        url, additional_headers=headers, ping_interval=_PING_S, open_timeout=5, proxy=None
    ) as socket:
        await socket.send(json.dumps({"op": "subscribe", "topics": [topic]}))
        async for message in socket:
            content: Json = json.loads(message)
            if content.get("op") == "error" and content.get("code") != "UNAVAILABLE":
                raise CliError(str(content.get("message")), code=str(content.get("code")))
            if content.get("op") == "error":
                return
            if "type" in content:
                yield FollowedEvent.model_validate(content)
