"""uvicorn's protocols, which report their state to `Connections` and limit a request's head."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any

import uvicorn
from uvicorn._types import ASGIReceiveEvent
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from uvicorn.server import ServerState
from websockets.frames import Frame

from shared.service.http.connections import Awaited, Connection, Connections

# The gateway itself allows 32 KB of headers and 16 KB of URL; more than this never becomes a request.
_HEAD_BYTES = 64 * 1024

# Requests of one connection that wait for an answer. One read may hold thousands; 150 connections took 1.9 GB.
_MAX_PIPELINED = 32

# Of one message. A part may be empty, so `ws_max_size` does not limit their number.
_MAX_FRAGMENTS = 256


def _refusal(status: bytes, sentence: bytes) -> bytes:
    head = b"HTTP/1.1 %b\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\nConnection: close\r\n\r\n"
    return head % (status, len(sentence)) + sentence


_BUSY = _refusal(b"503 Service Unavailable\r\nRetry-After: 5", b"Too many connections.\n")
_HEAD_TOO_LARGE = _refusal(b"431 Request Header Fields Too Large", b"The request's head is too large.\n")
_HEAD_LATE = _refusal(b"408 Request Timeout", b"")
_NO_HANDSHAKE = _refusal(b"400 Bad Request", b"This is no handshake of a WebSocket.\n")


class GuardedConfig(uvicorn.Config):
    """uvicorn's configuration with the connections that its protocols share."""

    connections: Connections


class _TooManyPipelinedError(Exception):
    """A client sends requests without waiting for the answers."""


class GuardedHttp(HttpToolsProtocol):
    def __init__(
        self,
        config: uvicorn.Config,
        server_state: ServerState,
        app_state: dict[str, Any],
        _loop: asyncio.AbstractEventLoop | None = None,
    ) -> None:
        super().__init__(config, server_state, app_state, _loop)
        assert isinstance(config, GuardedConfig)
        self._connections = config.connections
        self._connection: Connection | None = None
        self._in_head = False
        self._head_bytes = 0

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as uvicorn's
        super().connection_made(transport)
        self._connection = self._connections.open(transport)
        if self._connection is None:
            transport.write(_BUSY)
            transport.close()

    def connection_lost(self, exc: Exception | None) -> None:
        self._connections.close(self.transport)
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._connection is None:  # refused
            return
        self._connection.received()
        super().data_received(data)
        if not self._in_head:
            self._head_bytes = 0
            return
        self._head_bytes += len(data)
        if self._head_bytes > _HEAD_BYTES and not self.transport.is_closing():
            self.transport.write(_HEAD_TOO_LARGE)
            self.transport.close()

    def handle_websocket_upgrade(self) -> None:
        self._wait_for(Awaited.ANSWER)
        super().handle_websocket_upgrade()

    def on_message_begin(self) -> None:
        if len(self.pipeline) >= _MAX_PIPELINED:
            raise _TooManyPipelinedError  # the parser stops here, and uvicorn answers 400
        super().on_message_begin()
        self._in_head = True
        if self.cycle is None or self.cycle.response_complete:
            self._wait_for(Awaited.HEAD)

    def on_header(self, name: bytes, value: bytes) -> None:
        if self._in_head:  # not a trailer, after a chunked body
            super().on_header(name, value)

    def on_headers_complete(self) -> None:
        self._in_head = False
        super().on_headers_complete()
        if self.cycle is not None and "receive" not in vars(self.cycle):
            self.cycle.receive = _with_rest(self.cycle)  # type: ignore[method-assign]
        self._wait_for(Awaited.BODY)

    def on_message_complete(self) -> None:
        super().on_message_complete()
        discarded = self._connection is not None and self._connection.awaited is Awaited.DISCARDED_BODY
        self._wait_for(Awaited.REQUEST if discarded else Awaited.ANSWER)

    def on_response_complete(self) -> None:
        pipelined = bool(self.pipeline)  # the next request, which the application answers from now on
        super().on_response_complete()
        if self._connection is None or pipelined:
            return
        unread = self._connection.awaited is Awaited.BODY
        self._wait_for(Awaited.DISCARDED_BODY if unread else Awaited.REQUEST)

    def _wait_for(self, awaited: Awaited) -> None:
        if self._connection is not None:
            self._connection.wait_for(awaited)


def _with_rest(cycle: RequestResponseCycle) -> Callable[[], Coroutine[Any, Any, ASGIReceiveEvent]]:
    """uvicorn's `receive`, with the bytes that arrived before a disconnect: uvicorn drops those that nobody has read,
    and a resumable upload stores them.
    """
    receive = cycle.receive

    async def receive_rest() -> ASGIReceiveEvent:
        message = await receive()
        if message["type"] != "http.disconnect" or not cycle.body or cycle.response_complete:
            return message
        body, cycle.body = cycle.body, bytearray()
        return {"type": "http.request", "body": bytes(body), "more_body": True}

    return receive_rest


class GuardedWebSocket(WebSocketsSansIOProtocol):
    """Its pings end a connection that is silent; the sweep ends one that does not read."""

    def data_received(self, data: bytes) -> None:
        super().data_received(data)
        # websockets refuses a body or a header of more than 8 KB without an event, and uvicorn waits for one.
        if self.conn.handshake_exc is not None and not self.handshake_initiated and not self.transport.is_closing():
            self.transport.write(_NO_HANDSHAKE)
            self.transport.close()

    def handle_cont(self, event: Frame) -> None:
        super().handle_cont(event)
        if len(self.frames) > _MAX_FRAGMENTS:
            self.transport.abort()

    def handle_ping(self) -> None:
        """A client that sends pings and does not read has no answers: they would be buffered without limit."""
        if self.writable.is_set():
            super().handle_ping()
        else:
            self.conn.data_to_send()

    def connection_lost(self, exc: Exception | None) -> None:
        assert isinstance(self.config, GuardedConfig)
        self.config.connections.close(self.transport)
        super().connection_lost(exc)


def end_late(connection: Connection) -> None:
    """End a connection whose client is late. The answer 408 is only sent inside a request's head."""
    if connection.awaited is Awaited.HEAD:
        connection.transport.write(_HEAD_LATE)
        connection.transport.close()
    elif connection.awaited is Awaited.REQUEST:
        connection.transport.close()
    else:
        connection.transport.abort()
