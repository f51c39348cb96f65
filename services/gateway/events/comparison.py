"""Compares quiet topics with the store, so that the terminal event always arrives, also without a bus."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from services.gateway.events.snapshots import JobSnapshots
from services.gateway.events.subscriber import Subscriber, encode
from services.gateway.events.topics import kinds_of
from shared.contracts.errors import NotFound
from shared.contracts.events import Event
from shared.contracts.events import topic as topic_of
from shared.contracts.jobs import Job
from shared.contracts.states import JobKind
from shared.jobs import job_event
from shared.service.runtime import utc_now
from shared.telemetry import get_logger

_LOG = get_logger("live")
_QUIET_S = 3.0


@dataclass(slots=True)
class StoreComparison:
    """`subscribers`: a live view of the open ones."""

    snapshots: JobSnapshots
    subscribers: AbstractSet[Subscriber]
    clock: Callable[[], float]
    _last_event_at: dict[str, float] = field(default_factory=dict)

    def noted(self, event: Event) -> None:
        """An event of this topic has just arrived."""
        self._last_event_at[event.topic] = self.clock()
        if event.final:
            self._last_event_at.pop(event.topic, None)

    async def run(self) -> None:
        while True:
            await asyncio.sleep(_QUIET_S)
            await self.compare(quiet_only=True)
            await self._compare_wildcards()

    async def compare(self, *, quiet_only: bool = False) -> None:
        """Deliver what the subscribers have missed of the topics that they have seen; of all, or of the quiet ones."""
        topics: dict[tuple[str, str], list[Subscriber]] = {}
        for subscriber in self.subscribers:
            for topic in subscriber.seen.keys() - subscriber.finals.keys():
                if subscriber.follows(topic) and (not quiet_only or self._is_quiet(topic)):
                    topics.setdefault((topic, subscriber.owner), []).append(subscriber)
        for (topic, owner), subscribers in topics.items():
            try:
                job = await self.snapshots.job(topic, owner)
            except NotFound:
                for subscriber in subscribers:
                    _hide(subscriber, topic)
                continue
            except Exception as error:
                _LOG.debug("topic_not_compared", topic=topic, reason=str(error) or type(error).__name__)
                continue
            if job is not None:
                _catch_up(job, subscribers)

    async def _compare_wildcards(self) -> None:
        """Find jobs that were created, and possibly ended, while the bus was disconnected."""
        wildcards: dict[tuple[JobKind, str], list[Subscriber]] = {}
        for subscriber in self.subscribers:
            for kind in {kind for topic in subscriber.topics for kind in kinds_of(topic)} & subscriber.kinds:
                wildcards.setdefault((kind, subscriber.owner), []).append(subscriber)
        for (kind, owner), subscribers in wildcards.items():
            try:
                newest = await self.snapshots.newest(kind, owner)
            except Exception as error:
                _LOG.debug("wildcard_not_compared", kind=kind, reason=str(error) or type(error).__name__)
                continue
            for job in newest:
                if self._is_quiet(topic_of(job.kind, job.id)):
                    _catch_up(job, subscribers)

    def _is_quiet(self, topic: str) -> bool:
        return self.clock() - self._last_event_at.get(topic, 0.0) > _QUIET_S


def _catch_up(job: Job, subscribers: Iterable[Subscriber]) -> None:
    event = job_event(job, "snapshot")
    encoded = encode(event)
    for subscriber in subscribers:
        if event.topic not in subscriber.held:
            subscriber.deliver(event, encoded)


def _hide(subscriber: Subscriber, topic: str) -> None:
    """The job of a topic is not visible any more. The event that said so has a higher revision than the last one."""
    kind, _, job_id = topic.partition(":")
    revision = subscriber.seen.get(topic, 0) + 1
    subscriber.hide(
        Event(
            id=f"{job_id}:{revision}", topic=topic, kind=kind, job_id=job_id, revision=revision, type="hidden",
            time=utc_now(), data={},
        )
    )  # fmt: skip
