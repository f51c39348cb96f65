"""`/ws` and `/api/events`: the same events over WebSocket and SSE."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Annotated, Literal

from fastapi import APIRouter, Depends, Query, WebSocket, WebSocketDisconnect
from pydantic import BaseModel, Field, ValidationError

from services.gateway.auth import CallerIdentity, Owner, caller_of
from services.gateway.dependencies import provided
from services.gateway.envelope import error_response
from services.gateway.events.live import LiveEvents
from services.gateway.events.subscriber import Subscriber
from services.gateway.fair_use import FairUse
from services.gateway.server_sent_events import KEEP_ALIVE, KEEP_ALIVE_S, EventStream, frame
from shared.contracts.errors import RateLimited, SokhanError, Validation
from shared.tasks import until_first

router = APIRouter(tags=["live"])

LiveDep = Annotated[LiveEvents, Depends(provided(LiveEvents))]

_TOO_SLOW = 4008


class Operation(BaseModel):
    op: Literal["subscribe", "unsubscribe", "ping"]
    topics: list[str] = Field(default_factory=list, max_length=200)


def distinct(topics: Iterable[str]) -> tuple[str, ...]:
    """Each topic once, in order: every subscription reads a snapshot, and 1,300 wildcards fit into one URL."""
    return tuple(dict.fromkeys(topics))


@router.websocket("/ws")
async def websocket(socket: WebSocket) -> None:
    """Subscribe and unsubscribe; every event of the topics is sent as JSON text."""
    live = provided(LiveEvents)(socket)
    caller = caller_of(socket)
    with ExitStack() as opened:
        try:
            subscriber = opened.enter_context(live.listener(caller.owner, "websocket"))
        except RateLimited as error:
            await socket.send_denial_response(error_response(socket, error))
            return
        await socket.accept()
        receiver = _SocketReceiver(socket, live, subscriber, provided(FairUse)(socket), caller)
        # A client that disconnects ends a send or a receive with one of these.
        with suppress(WebSocketDisconnect, RuntimeError):
            await until_first(_send(socket, subscriber), receiver.run())


async def _send(socket: WebSocket, subscriber: Subscriber) -> None:
    while True:
        encoded = await subscriber.queue.get()
        if encoded is None:
            await socket.close(_TOO_SLOW, "events were not read fast enough; connect again for a fresh snapshot")
            return
        await socket.send_text(encoded.decode())


@dataclass(frozen=True, slots=True)
class _SocketReceiver:
    """The operations of one socket. Each counts as a request of its caller."""

    socket: WebSocket
    live: LiveEvents
    subscriber: Subscriber
    fair_use: FairUse
    caller: CallerIdentity

    async def run(self) -> None:
        while True:
            try:
                text = await self.socket.receive_text()
            except (WebSocketDisconnect, KeyError):
                return
            used = await self.fair_use.request(self.caller.owner, self.caller.client)
            if used is not None and not used.allowed:
                await self._error(RateLimited("Too many operations.", retry_after=used.reset_seconds))
                continue
            try:
                operation = Operation.model_validate_json(text)
            except (ValidationError, ValueError):
                await self._error(Validation('Send {"op": "subscribe", "topics": ["training:<id>"]}.'))
                continue
            await self._execute(operation)

    async def _execute(self, operation: Operation) -> None:
        if operation.op == "ping":
            await self.socket.send_json({"op": "pong"})
            return
        if operation.op == "unsubscribe":
            self.subscriber.forget(operation.topics)
            await self.socket.send_json({"op": "unsubscribed", "topics": operation.topics})
            return
        joined: list[str] = []
        for topic in distinct(operation.topics):
            try:
                await self.live.subscribe(self.subscriber, topic)
            except SokhanError as error:
                await self._error(error, topic=topic)
            else:
                joined.append(topic)
        if joined:
            await self.socket.send_json({"op": "subscribed", "topics": joined})

    async def _error(self, error: SokhanError, **about: str) -> None:
        await self.socket.send_json({"op": "error", "code": error.code, "message": error.message, **about})


@router.get("/api/events", summary="Live events as server-sent events", response_class=EventStream)
async def events(
    live: LiveDep, owner: Owner, topics: Annotated[str, Query(examples=["training:*,download:*"])]
) -> EventStream:
    """Ends after the terminal event when every topic is one job."""
    with ExitStack() as opened:
        subscriber = opened.enter_context(live.listener(owner, "sse"))
        for topic in distinct(topic.strip() for topic in topics.split(",")):
            await live.subscribe(subscriber, topic)
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
