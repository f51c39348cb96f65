"""Publishes to NATS: commands and dead letters until they are stored, events and signals without an acknowledgement."""

from __future__ import annotations

import time
from abc import ABC, abstractmethod
from typing import Literal

from nats.aio.client import Client
from nats.errors import Error as NatsError
from nats.js import JetStreamContext
from nats.js.errors import APIError, NoStreamResponseError

from shared.contracts import subjects
from shared.contracts.errors import Unavailable
from shared.contracts.events import ControlSignal, DeadLetter, Event
from shared.contracts.jobs import Command
from shared.contracts.revocation import CredentialRevoked
from shared.contracts.states import JobKind
from shared.telemetry import Metrics, current_trace_headers, get_logger

_LOG = get_logger("bus")
# JetStream acknowledges in about 0.2 ms; a server that needs longer than this counts as unavailable.
PUBLISH_TIMEOUT_S = 2.0


class BusUnavailable(Unavailable):
    """NATS does not answer now."""


class Publisher(ABC):
    """The part of `Bus` that publishes."""

    _metrics: Metrics

    @property
    @abstractmethod
    def client(self) -> Client:
        """The connection. Raises `BusUnavailable` without one."""

    @property
    @abstractmethod
    def jetstream(self) -> JetStreamContext:
        """Raises `BusUnavailable` without a connection."""

    @abstractmethod
    async def restore_streams(self) -> None:
        """Create missing streams. Raises `BusUnavailable`."""

    def took(self, operation: Literal["publish", "request"], seconds: float) -> None:
        """Record the duration of a publish or a request in the metrics."""
        self._metrics.bus.took(operation, seconds)

    async def publish_command(self, kind: JobKind, command: Command) -> None:
        """Publish a command and wait for the stream's acknowledgement; the stream drops a repeated message id.

        A lost stream is created again first. Raises `BusUnavailable`.
        """
        headers = {"Nats-Msg-Id": command.message_id, **current_trace_headers()}
        await self._store(subjects.command(kind), command.to_wire(), headers)

    async def publish_dead_letter(self, letter: DeadLetter, *, message_id: str) -> None:
        """Publish a dead letter and wait for the stream's acknowledgement. Raises `BusUnavailable`."""
        await self._store(subjects.dead_letter(letter.subject), letter.to_wire(), {"Nats-Msg-Id": message_id})
        self._metrics.bus.dead_letter_stored(letter.subject)

    async def _store(self, subject: str, payload: bytes, headers: dict[str, str]) -> None:
        """Publish to a stream and wait for its acknowledgement; a lost stream is created again first."""
        started = time.perf_counter()
        try:
            try:
                await self.jetstream.publish(subject, payload, headers=headers, timeout=PUBLISH_TIMEOUT_S)
            except NoStreamResponseError:
                await self.restore_streams()
                await self.jetstream.publish(subject, payload, headers=headers, timeout=PUBLISH_TIMEOUT_S)
        except (NatsError, APIError, TimeoutError) as error:
            self._metrics.bus.sent(subject, "failed")
            raise BusUnavailable("The message bus (NATS) did not store the message.") from error
        self._metrics.bus.sent(subject, "published")
        self.took("publish", time.perf_counter() - started)

    async def publish_event(self, subject: str, event: Event) -> None:
        """Send an event without an acknowledgement: a subscriber that misses one gets a snapshot from the store."""
        headers = {"Nats-Msg-Id": event.id, **current_trace_headers()}
        await self._send(subject, event.to_wire(), headers, "evt")

    async def publish_control(self, kind: JobKind, job_id: str) -> None:
        await self._send(subjects.control(kind, job_id), ControlSignal(job_id=job_id).to_wire(), None, "ctl")

    async def publish_revocation(self, notice: CredentialRevoked) -> None:
        await self._send(subjects.CREDENTIAL_REVOKED, notice.to_wire(), None, "auth")

    async def _send(self, subject: str, payload: bytes, headers: dict[str, str] | None, label: str) -> None:
        try:
            await self.client.publish(subject, payload, headers=headers)
        except (NatsError, BusUnavailable) as error:
            self._metrics.bus.sent(label, "dropped")
            _LOG.debug("bus_message_dropped", subject=subject, reason=str(error) or type(error).__name__)
            return
        self._metrics.bus.sent(label, "published")
