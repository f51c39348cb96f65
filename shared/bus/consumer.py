"""Reads typed commands from the work queue, one at a time: a prefetched message gets no heartbeat and runs twice."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from nats.aio.msg import Msg
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.api import AckPolicy, ConsumerConfig
from nats.js.errors import APIError, NotFoundError
from pydantic import ValidationError

from shared.bus.client import Bus
from shared.bus.publisher import BusUnavailable
from shared.contracts import subjects
from shared.contracts.events import DeadLetter
from shared.contracts.jobs import Command
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.states import JobKind
from shared.telemetry import get_logger

_LOG = get_logger("bus")
_FETCH_S = 5.0
_RETRY_S = 0.3
# Enough of a malformed payload to identify it, and too little to fill the dead-letter stream with one message.
_DEAD_LETTER_CHARACTERS = 4000
_DEAD_LETTER_RETRY_S = 5.0


@dataclass(frozen=True, slots=True)
class Delivery:
    """A command and its acknowledgement. No method raises: after a lost acknowledgement the message comes again."""

    command: Command
    headers: dict[str, str]
    message: Msg

    async def ack(self) -> None:
        await self._respond(self.message.ack())

    async def nak(self, delay: float = 0.0) -> None:
        await self._respond(self.message.nak(delay=delay or None))

    async def in_progress(self) -> None:
        await self._respond(self.message.in_progress())

    @staticmethod
    async def _respond(response: object) -> None:
        try:
            await response  # type: ignore[misc]
        except (NatsError, TimeoutError) as error:
            _LOG.debug("reply_undelivered", reason=str(error) or type(error).__name__)


class CommandConsumer:
    """The durable pull consumer of one kind of job, created again after every reconnection."""

    def __init__(self, bus: Bus, kind: JobKind, *, ack_wait: float, now: Callable[[], datetime]) -> None:
        self._bus = bus
        self._kind = kind
        self._ack_wait = ack_wait
        self._now = now
        self._subject = subjects.command(kind)
        self._subscription: JetStreamContext.PullSubscription | None = None
        self._generation = -1

    async def next(self, limit: float = _FETCH_S) -> Delivery | None:
        """The next command, or None after `limit` seconds without one or if the bus is unavailable."""
        try:
            subscription = await self._current()
            messages = await subscription.fetch(1, timeout=limit)
        except TimeoutError:
            return None
        except (NatsError, APIError, BusUnavailable) as error:
            _LOG.debug("fetch_failed", reason=str(error) or type(error).__name__)
            self._generation = -1
            if isinstance(error, NotFoundError):
                await self._restore()
            await asyncio.sleep(_RETRY_S)
            return None
        return await self._read(messages[0]) if messages else None

    async def _current(self) -> JetStreamContext.PullSubscription:
        if self._subscription is None or self._generation != self._bus.generation:
            if not await self._bus.wait_ready(_FETCH_S):
                raise BusUnavailable("The message bus (NATS) does not answer.")
            generation = self._bus.generation
            durable = subjects.consumer(self._kind)
            config = ConsumerConfig(
                name=durable,  # with a name, the request's subject holds name and filter, which permissions can limit
                durable_name=durable,
                filter_subject=self._subject,
                ack_policy=AckPolicy.EXPLICIT,
                ack_wait=self._ack_wait,
                max_deliver=-1,
                max_ack_pending=1000,
            )
            # Subscribing to an existing durable does not change it; creating it with its settings does.
            await self._bus.jetstream.add_consumer(subjects.COMMANDS_STREAM, config)
            if self._subscription is not None:
                await self._unsubscribe(self._subscription)
            self._subscription = await self._bus.jetstream.pull_subscribe_bind(durable, stream=subjects.COMMANDS_STREAM)
            self._generation = generation
        return self._subscription

    async def _restore(self) -> None:
        """The stream or the consumer is lost; without the stream no consumer can be created."""
        try:
            await self._bus.restore_streams()
        except BusUnavailable as error:
            _LOG.warning("streams_not_restored", reason=error.message)

    @staticmethod
    async def _unsubscribe(subscription: JetStreamContext.PullSubscription) -> None:
        try:
            await subscription.unsubscribe()
        except NatsError as error:
            _LOG.debug("unsubscribe_failed", reason=str(error))

    async def _read(self, message: Msg) -> Delivery | None:
        try:
            command = JOB_TYPES[self._kind].command.model_validate_json(message.data)
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"]) or "payload"
            await self._dead_letter(message, f"{where}: {first['msg']}")
            return None
        return Delivery(command, dict(message.headers or {}), message)

    async def _dead_letter(self, message: Msg, reason: str) -> None:
        """Move a malformed message to the dead-letter stream. Until that has stored it, the message comes again."""
        _LOG.error("malformed_command", subject=message.subject, reason=reason)
        letter = DeadLetter(
            subject=message.subject,
            reason=reason,
            payload=message.data.decode(errors="replace")[:_DEAD_LETTER_CHARACTERS],
            time=self._now(),
        )
        try:
            await self._bus.publish_dead_letter(letter, message_id=_sequence(message))
        except BusUnavailable as error:
            _LOG.warning("dead_letter_not_stored", subject=message.subject, reason=error.message)
            await Delivery._respond(message.nak(delay=_DEAD_LETTER_RETRY_S))
        else:
            await Delivery._respond(message.term())

    async def close(self) -> None:
        if self._subscription is not None:
            await self._unsubscribe(self._subscription)


def _sequence(message: Msg) -> str:
    """The message's place in its stream: the id under which the dead-letter stream drops a repetition."""
    return f"{message.metadata.stream}:{message.metadata.sequence.stream}"
