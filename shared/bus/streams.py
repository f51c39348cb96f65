"""Creates and updates the server's streams, and the consumers of programs, by their declaration in the contract."""

from __future__ import annotations

from nats.errors import TimeoutError as NatsTimeoutError
from nats.js import JetStreamContext
from nats.js.api import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    DiscardPolicy,
    RetentionPolicy,
    StorageType,
    StreamConfig,
)
from nats.js.errors import NotFoundError

from shared.contracts.subjects import APP_CONSUMERS, EVENTS_STREAM, STREAMS, StreamDeclaration
from shared.telemetry import get_logger

_LOG = get_logger("bus")
# A program that writes each event to a database of its own needs less; one that has died is followed by its next start.
_APP_ACK_WAIT_S = 60.0


def _config(stream: StreamDeclaration, replicas: int) -> StreamConfig:
    return StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        retention=RetentionPolicy.WORK_QUEUE if stream.work_queue else RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD,
        max_age=stream.max_age,
        duplicate_window=stream.duplicates,
        num_replicas=replicas,
    )


async def missing_streams(jetstream: JetStreamContext) -> tuple[str, ...]:
    """The names of declared streams that the server does not have."""
    missing = []
    for stream in STREAMS:
        try:
            await jetstream.stream_info(stream.name)
        except NotFoundError:
            missing.append(stream.name)
    return tuple(missing)


async def declare_streams(jetstream: JetStreamContext, replicas: int = 1) -> int:
    """Create missing streams and update changed ones. Idempotent: every service calls it. Returns the number created.

    `replicas`: the number of servers that hold each stream.

    A service may not update a stream on a server with permissions (ADR 24): then the stream stays as it is, with a
    warning, until `python -m shared.bus` has run as `admin`.
    """
    created = 0
    for stream in STREAMS:
        config = _config(stream, replicas)
        try:
            found = (await jetstream.stream_info(stream.name)).config
        except NotFoundError:
            await jetstream.add_stream(config)
            created += 1
            continue
        same = (
            set(found.subjects or ()) == set(stream.subjects)
            and found.max_age == stream.max_age
            and found.duplicate_window == stream.duplicates
            and (found.num_replicas or 1) == replicas
        )
        if not same:
            await _update(jetstream, config)
    return created


async def _update(jetstream: JetStreamContext, config: StreamConfig) -> None:
    try:
        await jetstream.update_stream(config)
    except NatsTimeoutError:  # the answer to a request without permission
        _LOG.warning("stream_outdated", stream=config.name)


async def declare_app_consumers(jetstream: JetStreamContext) -> None:
    """Create the missing consumers of programs, each from the oldest event on. As `admin`: no program creates one.

    The creator of a consumer decides where the server delivers its messages, so programs only use them (ADR 28).
    """
    for name in APP_CONSUMERS:
        config = ConsumerConfig(
            name=name,
            durable_name=name,
            deliver_policy=DeliverPolicy.ALL,
            ack_policy=AckPolicy.EXPLICIT,
            ack_wait=_APP_ACK_WAIT_S,
            max_deliver=-1,
            max_ack_pending=1000,
        )
        await jetstream.add_consumer(EVENTS_STREAM, config)
