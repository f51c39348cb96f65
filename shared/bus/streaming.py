"""Requests that are answered by a stream of chunks, each acknowledged by the reader.

The acknowledgement is the back-pressure (one chunk is in flight at a time, a round trip costs 0.2 ms), and its absence
tells the sender that the reader has disconnected. The sender sends `alive` chunks while it computes, so the reader
detects a killed sender within seconds and needs no long timeout.
"""

from __future__ import annotations

import asyncio
import contextlib
import uuid
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeVar

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.errors import NoRespondersError
from pydantic import ValidationError

from shared.bus.client import Bus
from shared.bus.rpc import not_running
from shared.contracts import subjects
from shared.contracts.errors import Internal, SokhanError, Unavailable
from shared.contracts.errors import Validation as InvalidRequest
from shared.contracts.rpc import ErrorInfo, SpeechChunk
from shared.contracts.sentences import sentence
from shared.contracts.wire import Wire
from shared.telemetry import current_trace_headers, get_logger, joined_span

_LOG = get_logger("bus")
_HEADER = "Sokhan-Chunk"
_ALIVE_S = 1.0
_SILENCE_S = 5.0  # five missed `alive` chunks: the sender is dead
_GONE = b"gone"  # instead of an acknowledgement: the reader has left without this chunk
_ACK_S = 300.0  # a paused player reads nothing; after five minutes it counts as disconnected, even with an open socket

Request = TypeVar("Request", bound=Wire)


class ListenerGone(Exception):
    """The reader of the stream has disconnected; the handler must stop."""


SendChunk = Callable[[SpeechChunk, bytes], Awaitable[None]]


async def open_stream(bus: Bus, subject: str, request: Wire) -> AsyncGenerator[tuple[SpeechChunk, bytes]]:
    """The audio chunks. Raises the sender's error, or `Unavailable` if the sender does not run or dies."""
    service = subject.split(".")[1]
    client = bus.client
    inbox = subjects.chunks(service, uuid.uuid4().hex)
    subscription = await client.subscribe(inbox, pending_msgs_limit=16)
    unanswered: Msg | None = None
    try:
        await client.publish(subject, request.to_wire(), reply=inbox, headers=current_trace_headers())
        while True:
            try:
                message = await subscription.next_msg(timeout=_SILENCE_S)
            except (TimeoutError, NatsError) as error:
                raise Unavailable(f"The {service} service stopped answering.", hint="Try again.") from error
            if message.headers and message.headers.get("Status") == "503":
                raise not_running(service)
            chunk = SpeechChunk.model_validate_json((message.headers or {})[_HEADER])
            unanswered = message if message.reply else None
            if chunk.type == "error" and chunk.error is not None:
                raise chunk.error.error()
            if chunk.type == "audio":
                yield chunk, message.data
            if message.reply:
                await message.respond(b"")
                unanswered = None
            if chunk.type == "end":
                return
    finally:
        with contextlib.suppress(NatsError):
            await subscription.unsubscribe()
            if unanswered is not None:
                await unanswered.respond(_GONE)


async def serve_stream(
    bus: Bus,
    subject: str,
    request: type[Request],
    handler: Callable[[Request, SendChunk], Awaitable[None]],
    *,
    queue: str,
) -> None:
    """Answer each request with the chunks that `handler` sends; `send` raises `ListenerGone` without a reader."""

    async def answer(message: Msg) -> None:
        sender = _Sender(bus, message.reply)
        working = asyncio.current_task()
        assert working is not None
        alive = asyncio.create_task(sender.keep_alive(working.cancel))
        try:
            with joined_span(subject, message.headers):
                await handler(request.model_validate_json(message.data), sender.send)
            await sender.send(SpeechChunk(type="end", sequence=0), b"")
        except asyncio.CancelledError:
            if not sender.disconnected:
                raise
            _LOG.info("listener_disconnected", subject=subject)
        except ListenerGone:
            _LOG.info("listener_disconnected", subject=subject)
        except SokhanError as error:
            await sender.fail(error)
        except ValidationError as error:
            await sender.fail(InvalidRequest(f"The request cannot be read: {sentence(error.errors()[0])}"))
        except Exception:
            _LOG.exception("stream_failed", subject=subject)
            await sender.fail(Internal("Something went wrong inside Sokhan; its log has the details."))
        finally:
            alive.cancel()

    async def receive(message: Msg) -> None:
        bus.spawn(answer(message), f"stream {subject}")

    await bus.subscribe(subject, receive, queue=queue)


def _header(chunk: SpeechChunk) -> str:
    """The chunk as a NATS header, in ASCII: an error message may be Persian."""
    return chunk.model_dump_json(by_alias=True, ensure_ascii=True)


class _Sender:
    def __init__(self, bus: Bus, inbox: str) -> None:
        self._bus = bus
        self._inbox = inbox
        self.disconnected = False

    async def send(self, chunk: SpeechChunk, body: bytes) -> None:
        try:
            await self._bus.client.request(self._inbox, body, timeout=_ACK_S, headers={_HEADER: _header(chunk)})
        except (NoRespondersError, TimeoutError) as error:
            raise ListenerGone from error

    async def keep_alive(self, stop: Callable[[], object]) -> None:
        """Call `stop` once the reader has disconnected, also while there is nothing to send."""
        header = {_HEADER: _header(SpeechChunk(type="alive", sequence=0))}
        while True:
            await asyncio.sleep(_ALIVE_S)
            try:
                await self._bus.client.request(self._inbox, b"", timeout=_ALIVE_S, headers=header)
            except NoRespondersError:
                self.disconnected = True
                stop()
                return
            except (NatsError, Unavailable, TimeoutError):
                continue  # a short outage of the bus, or a paused player

    async def fail(self, error: SokhanError) -> None:
        chunk = SpeechChunk(type="error", sequence=0, error=ErrorInfo.of(error))
        with contextlib.suppress(ListenerGone, NatsError, Unavailable):
            await self.send(chunk, b"")
