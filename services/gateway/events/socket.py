"""One socket: its operations, its events, its heartbeat, and its end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping
from contextlib import suppress

from fastapi import WebSocket, WebSocketDisconnect
from pydantic import JsonValue

from services.gateway.auth import CallerIdentity
from services.gateway.events.closing import REASONS, CloseCode
from services.gateway.events.live import LiveEvents
from services.gateway.events.messages import OldOperation, Operation, old_message, parse_message
from services.gateway.events.outbox import Outgoing
from services.gateway.events.reader import EventReader
from services.gateway.events.subscriber import Subscriber, covers
from services.gateway.fair_use import FairUse
from shared.contracts.errors import RateLimited, SokhanError, Validation

# Proxies close a connection that is silent for a minute. Browsers do not see pings, so this is a message.
HEARTBEAT_S = 15.0
# The buffers of both systems hold more than a socket of a page sends in a minute; a reader that stops has gone.
_STALLED_S = 60.0
_CLOSE_S = 5.0


class EventSocket:
    """Each operation counts as a request of the caller."""

    def __init__(
        self,
        socket: WebSocket,
        live: LiveEvents,
        subscriber: Subscriber,
        fair_use: FairUse,
        caller: CallerIdentity,
        revoked: asyncio.Event,
    ) -> None:
        self._socket = socket
        self._live = live
        self._subscriber = subscriber
        self._fair_use = fair_use
        self._caller = caller
        self._reader = EventReader(subscriber, revoked, live.stopping)
        self._endings = ((revoked, CloseCode.REVOKED), (live.stopping, CloseCode.GOING_AWAY))
        self._topics: set[str] = set()
        self._old_topics: set[str] = set()
        """Topics that were subscribed under an old name, and are answered under it."""

    async def run(self) -> None:
        """Serve the socket until the client leaves or a reason ends it; then close it with the reason's code."""
        works = [self._send_events(), self._receive(), *(_ending(event, code) for event, code in self._endings)]
        tasks = [asyncio.create_task(work) for work in works]
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in tasks:
                task.cancel()
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
        codes = [outcome for outcome in outcomes if isinstance(outcome, CloseCode)]
        if codes:
            await self._close(CloseCode.REVOKED if CloseCode.REVOKED in codes else codes[0])
            return
        for task in done:
            # A client that disconnects ends a send or a receive with one of these.
            with suppress(WebSocketDisconnect, RuntimeError):
                task.result()

    async def _close(self, code: CloseCode) -> None:
        with suppress(WebSocketDisconnect, RuntimeError, TimeoutError):
            async with asyncio.timeout(_CLOSE_S):
                await self._socket.close(code, REASONS[code])

    async def _send_events(self) -> CloseCode:
        try:
            while True:
                found = await self._reader.next(HEARTBEAT_S)
                if isinstance(found, CloseCode):
                    return found
                for text in ['{"op":"heartbeat"}'] if found is None else self._texts(found):
                    async with asyncio.timeout(_STALLED_S):
                        await self._socket.send_text(text)
        except TimeoutError:
            return CloseCode.TOO_SLOW

    def _texts(self, item: Outgoing) -> list[str]:
        if item.type == "reply":
            return [item.encoded.decode()]
        texts = [item.encoded.decode()] if covers(self._topics, item.topic) else []
        if covers(self._old_topics, item.topic):
            texts.append(old_message(item.topic.partition(":")[0], item.encoded))
        return texts

    async def _receive(self) -> CloseCode | None:
        """None when the client has disconnected."""
        while True:
            message = await self._socket.receive()
            if message["type"] == "websocket.disconnect":
                return None
            text = message.get("text")
            if text is None:
                return CloseCode.NOT_TEXT
            used = await self._fair_use.request(self._caller.owner, self._caller.client)
            if used is not None and not used.allowed:
                self._error(RateLimited("Too many operations.", retry_after=used.reset_seconds))
                continue
            try:
                operation = parse_message(text)
            except Validation as error:
                self._error(error)
                continue
            await (self._old(operation) if isinstance(operation, OldOperation) else self._execute(operation))

    async def _execute(self, operation: Operation) -> None:
        if operation.op == "ping":
            self._reply({"op": "pong"})
            return
        requests = operation.requests()
        if operation.op == "unsubscribe":
            topics = [request.topic for request in requests]
            self._topics -= set(topics)
            self._subscriber.forget(topic for topic in topics if topic not in self._old_topics)
            self._reply({"op": "unsubscribed", "topics": topics})
            return
        joined: list[str] = []
        for request in requests:
            new = request.topic not in self._topics
            self._topics.add(request.topic)  # before the snapshot is queued, which is sent under this name
            try:
                await self._live.subscribe(self._subscriber, request.topic, request.revisions())
            except SokhanError as error:
                if new:
                    self._topics.discard(request.topic)
                self._error(error, topic=request.topic)
            else:
                joined.append(request.topic)
        if joined:
            self._reply({"op": "subscribed", "topics": joined})

    async def _old(self, operation: OldOperation) -> None:
        """No answer but the events, as Socket.IO had it."""
        topic = operation.topic
        if not operation.subscribes:
            self._old_topics.discard(topic)
            if topic not in self._topics:
                self._subscriber.forget([topic])
            return
        self._old_topics.add(topic)
        try:
            await self._live.subscribe(self._subscriber, topic)
        except SokhanError as error:
            self._old_topics.discard(topic)
            if operation.as_event:
                data: JsonValue = {"code": error.code, "message": error.message, "jobId": operation.id}
                self._reply({"event": "error", "data": data})
            else:
                self._error(error, topic=topic)

    def _error(self, error: SokhanError, **about: str) -> None:
        self._reply({"op": "error", "code": error.code, "message": error.message, **about})

    def _reply(self, message: Mapping[str, object]) -> None:
        """Answer in the order of the operations, and of the events that belong before an answer."""
        self._subscriber.reply(json.dumps(message, ensure_ascii=False).encode())


async def _ending(event: asyncio.Event, code: CloseCode) -> CloseCode:
    await event.wait()
    return code
