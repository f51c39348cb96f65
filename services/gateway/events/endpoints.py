"""`/ws` and `/api/events`: the same events over WebSocket and SSE."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import ExitStack, suppress
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field, ValidationError

from services.gateway.auth import Owner
from services.gateway.auth.identity import owner_of
from services.gateway.dependencies import provided
from services.gateway.events.live import LiveEvents
from services.gateway.events.subscriber import Subscriber
from services.gateway.server_sent_events import KEEP_ALIVE, KEEP_ALIVE_S, EventStream, frame
from shared.contracts.errors import SokhanError
from shared.tasks import until_first

router = APIRouter(tags=["live"])

LiveDep = Annotated[LiveEvents, Depends(provided(LiveEvents))]

_TOO_SLOW = 4008
_MAX_MESSAGE = 64 * 1024


class Operation(BaseModel):
    op: Literal["subscribe", "unsubscribe", "ping"]
    topics: list[str] = Field(default_factory=list, max_length=200)


@router.websocket("/ws")
async def websocket(socket: WebSocket) -> None:
    """Subscribe and unsubscribe; every event of the topics is sent as JSON text."""
    live = provided(LiveEvents)(socket)
    owner = owner_of(socket)
    await socket.accept()
    # A client that disconnects ends a send or a receive with one of these.
    with live.listener(owner, "websocket") as subscriber, suppress(WebSocketDisconnect, RuntimeError):
        await until_first(_send(socket, subscriber), _receive(socket, live, subscriber))


async def _send(socket: WebSocket, subscriber: Subscriber) -> None:
    while True:
        encoded = await subscriber.queue.get()
        if encoded is None:
            await socket.close(_TOO_SLOW, "events were not read fast enough; connect again for a fresh snapshot")
            return
        await socket.send_text(encoded.decode())


async def _receive(socket: WebSocket, live: LiveEvents, subscriber: Subscriber) -> None:
    while True:
        try:
            text = await socket.receive_text()
        except (WebSocketDisconnect, KeyError):
            return
        try:
            if len(text) > _MAX_MESSAGE:
                raise ValueError("the message is too long")
            operation = Operation.model_validate_json(text)
        except (ValidationError, ValueError):
            await socket.send_json(
                {
                    "op": "error",
                    "code": "VALIDATION",
                    "message": 'Send {"op": "subscribe", "topics": ["training:<id>"]}.',
                }
            )
            continue
        await _execute(socket, live, subscriber, operation)


async def _execute(socket: WebSocket, live: LiveEvents, subscriber: Subscriber, operation: Operation) -> None:
    if operation.op == "ping":
        await socket.send_json({"op": "pong"})
        return
    if operation.op == "unsubscribe":
        subscriber.forget(operation.topics)
        await socket.send_json({"op": "unsubscribed", "topics": operation.topics})
        return
    joined: list[str] = []
    for topic in operation.topics:
        try:
            await live.subscribe(subscriber, topic)
        except SokhanError as error:
            await socket.send_json({"op": "error", "code": error.code, "message": error.message, "topic": topic})
        else:
            joined.append(topic)
    if joined:
        await socket.send_json({"op": "subscribed", "topics": joined})


@router.get("/api/events", summary="Live events as server-sent events", response_class=EventStream)
async def events(
    live: LiveDep, owner: Owner, topics: Annotated[str, Query(examples=["training:*,download:*"])]
) -> EventStream:
    """Ends after the terminal event when every topic is one job."""
    with ExitStack() as opened:
        subscriber = opened.enter_context(live.listener(owner, "sse"))
        for topic in topics.split(","):
            await live.subscribe(subscriber, topic.strip())
        # From here on the stream closes the subscription; an error above has closed it already.
        stream = _stream(subscriber, opened.pop_all())
    return EventStream(stream)


async def _stream(subscriber: Subscriber, joined: ExitStack) -> AsyncIterator[bytes]:
    with joined:
        while not (subscriber.queue.empty() and subscriber.all_final):
            try:
                async with asyncio.timeout(KEEP_ALIVE_S):
                    encoded = await subscriber.queue.get()
            except TimeoutError:
                yield KEEP_ALIVE
                continue
            if encoded is None:
                yield frame('{"code": "TOO_SLOW"}', event="error")
                return
            yield frame(encoded.decode())
