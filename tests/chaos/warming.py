"""Fills the gateway's memory of recent events before a soak: by itself it fills in half an hour, as a leak would."""

from __future__ import annotations

import asyncio

from shared.bus import Bus, BusSettings
from shared.contracts import subjects
from shared.contracts.events import Event
from shared.contracts.states import JobKind
from shared.service.runtime import new_id, utc_now
from shared.telemetry import Metrics
from tests.chaos.stack import Stack

_JOBS, _EVENTS = 250, 40
_FILLER = "x" * 1000
"""10,000 events of 1.2 kB: more than the 8 MiB that the gateway keeps."""


async def fill_recent_events(stack: Stack) -> None:
    """Publish the events of jobs that do not exist, of an owner who does not exist: no subscriber gets them."""
    bus = Bus(BusSettings(stack.nats.url, "soak"), Metrics("soak"))
    bus.start()
    assert await bus.wait_ready(10)
    for _ in range(_JOBS):
        job = new_id()
        for revision in range(1, _EVENTS + 1):
            event = Event(
                id=f"{job}:{revision}", topic=f"training:{job}", kind=JobKind.TRAINING, job_id=job, owner="nobody",
                revision=revision, type="progress", time=utc_now(), data={"filler": _FILLER}, final=revision == _EVENTS,
            )  # fmt: skip
            await bus.publish_event(subjects.event("training", job), event)
        await asyncio.sleep(0.02)  # the gateway follows
    await bus.close()
