"""Creates and updates the server's streams by their declaration in the contract."""

from __future__ import annotations

from nats.js import JetStreamContext
from nats.js.api import DiscardPolicy, RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from shared.contracts.subjects import STREAMS, StreamDeclaration


def _config(stream: StreamDeclaration) -> StreamConfig:
    return StreamConfig(
        name=stream.name,
        subjects=list(stream.subjects),
        retention=RetentionPolicy.WORK_QUEUE if stream.work_queue else RetentionPolicy.LIMITS,
        storage=StorageType.FILE,
        discard=DiscardPolicy.OLD,
        max_age=stream.max_age,
        duplicate_window=stream.duplicates,
    )


async def declare_streams(jetstream: JetStreamContext) -> None:
    """Create missing streams and update changed ones. Idempotent: every service calls it."""
    for stream in STREAMS:
        config = _config(stream)
        try:
            found = (await jetstream.stream_info(stream.name)).config
        except NotFoundError:
            await jetstream.add_stream(config)
            continue
        same = (
            set(found.subjects or ()) == set(stream.subjects)
            and found.max_age == stream.max_age
            and found.duplicate_window == stream.duplicates
        )
        if not same:
            await jetstream.update_stream(config)
