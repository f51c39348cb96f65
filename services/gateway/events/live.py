"""Live events: one NATS subscription for the whole process, fanned out in memory.

A subscriber gets a snapshot from the store, then events with higher revisions, each once. Events out of order are
held for a moment and sorted; a snapshot replaces a missing one (a reconnection, a wiped bus). Topics without events
for some seconds are compared with the store (`comparison`).
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from contextlib import contextmanager

from nats.aio.msg import Msg
from pydantic import ValidationError

from services.gateway.events.comparison import StoreComparison
from services.gateway.events.recent import RecentEvents
from services.gateway.events.snapshots import JobSnapshots
from services.gateway.events.subscriber import Subscriber, encode
from services.gateway.events.system_feed import SystemFeed, SystemReader
from services.gateway.events.topics import (
    ALL_KINDS,
    EVERYTHING,
    MAX_TOPICS,
    SYSTEM,
    Since,
    check_topic,
    is_wildcard,
    kinds_of,
)
from services.gateway.fair_use import FairUse
from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.errors import Forbidden, NotFound
from shared.contracts.errors import Validation as InvalidTopic
from shared.contracts.events import Event
from shared.contracts.events import topic as topic_of
from shared.contracts.jobs import Job
from shared.contracts.states import JobKind
from shared.jobs import JobRepository, job_event
from shared.telemetry import Metrics, get_logger

_LOG = get_logger("live")
# Events of two publishers (a worker, a gateway with a control) are out of order by milliseconds at most.
_REORDER_S = 0.15
# Events of one topic that wait for its snapshot. The oldest are dropped: the snapshot has what they said.
_MOST_HELD = 100
_NOTHING: Since = {}


class LiveEvents:
    """`stopping`: set when the gateway stops; open sockets and streams then end."""

    def __init__(
        self,
        bus: Bus,
        repository: JobRepository,
        metrics: Metrics,
        clock: Callable[[], float],
        fair_use: FairUse,
        stopping: asyncio.Event,
        system: SystemReader | None = None,
    ) -> None:
        self._bus = bus
        self._listeners = metrics.http.subscribers
        self._fair_use = fair_use
        self._subscribers: set[Subscriber] = set()
        self._snapshots = JobSnapshots(repository)
        self._comparison = StoreComparison(self._snapshots, self._subscribers, clock)
        self._recent = RecentEvents()
        self._system = SystemFeed(self._subscribers, system)
        self._subscribed = False
        self._healing: set[asyncio.Task[None]] = set()
        self.stopping = stopping

    def start(self) -> None:
        self._bus.on_ready(self._bus_ready)
        self._bus.spawn(self._comparison.run(), "live-watch")
        self._bus.spawn(self._system.run(), "live-system")

    async def _bus_ready(self) -> None:
        if not self._subscribed:
            await self._bus.subscribe(subjects.ALL_EVENTS, self._on_message)
            self._subscribed = True
        else:
            await self._comparison.compare()

    async def _on_message(self, message: Msg) -> None:
        try:
            event = Event.model_validate_json(message.data)
        except ValidationError as error:
            _LOG.error("event_malformed", subject=message.subject, reason=str(error.errors()[0]["msg"]))
            return
        if not _is_of(message.subject, event):
            _LOG.warning("event_forged", subject=message.subject, topic=event.topic)
            return
        encoded = encode(event)
        self._comparison.noted(event)
        self._recent.add(event, encoded)
        for subscriber in list(self._subscribers):
            if subscriber.wants(event):
                self._offer(subscriber, event, encoded)
            elif event.job_id is not None and subscriber.follows(event.topic):
                subscriber.hide(event)

    def _offer(self, subscriber: Subscriber, event: Event, encoded: bytes) -> None:
        held = subscriber.held.get(event.topic)
        if held is not None:
            held.append(event)
            del held[:-_MOST_HELD]
            return
        last = subscriber.seen.get(event.topic)
        known = last is not None or event.job_id is None or event.revision == 1
        if known and (last is None or event.job_id is None or event.revision <= last + 1):
            subscriber.deliver(event, encoded)
            return
        subscriber.held[event.topic] = [event]
        task = asyncio.create_task(self._heal(subscriber, event.topic), name=f"heal {event.topic}")
        self._healing.add(task)
        task.add_done_callback(self._healing.discard)

    async def _heal(self, subscriber: Subscriber, topic: str) -> None:
        """Wait for the delayed event; after that take a snapshot."""
        await asyncio.sleep(_REORDER_S)
        held = sorted(subscriber.held.get(topic, ()), key=lambda event: event.revision)
        last = subscriber.seen.get(topic)
        whole = last is not None and [e.revision for e in held] == list(range(last + 1, last + 1 + len(held)))
        if not whole:
            try:
                await self._snapshot(subscriber, topic)
            except NotFound:  # it became private meanwhile; the event that says so has been handled
                subscriber.held.pop(topic, None)
            except Exception as error:
                # Held events are delivered without the snapshot too; the next comparison corrects the rest.
                _LOG.warning("snapshot_failed", topic=topic, reason=str(error) or type(error).__name__)
        self._release(subscriber, topic)

    def _release(self, subscriber: Subscriber, topic: str) -> None:
        for event in sorted(subscriber.held.pop(topic, ()), key=lambda event: event.revision):
            subscriber.deliver(event, encode(event))

    @contextmanager
    def listener(self, owner: str, protocol: str, kinds: AbstractSet[str] = ALL_KINDS) -> Iterator[Subscriber]:
        """A subscriber that exists for the duration of the block. Raises `RateLimited` if the owner has too many."""
        subscriber = Subscriber(owner, kinds)
        with (
            self._fair_use.at_once("streams", owner, self._fair_use.limits.streams_per_owner),
            self._listeners.labels(protocol).track_inprogress(),
        ):
            self._subscribers.add(subscriber)
            try:
                yield subscriber
            finally:
                self._subscribers.discard(subscriber)

    async def subscribe(self, subscriber: Subscriber, topic: str, since: Since = _NOTHING) -> None:
        """Deliver what the reader does not have, then events.

        `since`: revisions that the reader has, by job id. What follows them is delivered as events if all are known,
        else as one snapshot, and nothing if the job is still at that revision.
        Raises `NotFound` for a job that the subscriber may not see, `Forbidden` for a kind, `Validation`.
        """
        check_topic(topic)
        kind = topic.partition(":")[0]
        if topic != EVERYTHING and kind not in subscriber.kinds:
            raise Forbidden(f"This API key may not follow {kind} topics.", hint="It needs the scope of the kind.")
        new = topic not in subscriber.topics
        if new and len(subscriber.topics) >= MAX_TOPICS:
            raise InvalidTopic(
                f"One connection can have {MAX_TOPICS} topics.", hint="Use a wildcard such as training:*."
            )
        if topic == SYSTEM:
            await self._system.send_to(subscriber)
            subscriber.topics.add(topic)
            return
        subscribe = self._subscribe_all if is_wildcard(topic) else self._subscribe_one
        try:
            await subscribe(subscriber, topic, since)
        except BaseException:
            if new:  # refused, so nothing of it may follow
                subscriber.forget([topic])
            else:
                self._release(subscriber, topic)
            raise
        self._release(subscriber, topic)

    async def _subscribe_all(self, subscriber: Subscriber, topic: str, since: Since) -> None:
        subscriber.topics.add(topic)
        for kind in kinds_of(topic):
            if kind in subscriber.kinds:
                await self._snapshot_all(subscriber, kind, since)

    async def _subscribe_one(self, subscriber: Subscriber, topic: str, since: Since) -> None:
        """Events are held from before the read: those that arrive during it are delivered after the snapshot."""
        subscriber.held.setdefault(topic, [])
        if topic not in subscriber.topics:
            subscriber.ask(topic)
        await self._snapshot(subscriber, topic, since)

    async def _snapshot(self, subscriber: Subscriber, topic: str, since: Since = _NOTHING) -> None:
        job = await self._snapshots.job(topic, subscriber.owner)
        if job is not None:
            self._bring(subscriber, job, since.get(job.id))

    async def _snapshot_all(self, subscriber: Subscriber, kind: JobKind, since: Since) -> None:
        """Active jobs are delivered; of ended ones those whose end a reader that connects again has missed."""
        ended = {job.id: job for job in await self._snapshots.newest(kind, subscriber.owner) if job.terminal}
        for job in ended.values():
            if job.id in since:
                self._bring(subscriber, job, since[job.id])
            else:
                subscriber.mark_delivered(topic_of(job.kind, job.id), job.revision, final=True)
        active = await self._snapshots.active(kind, subscriber.owner)
        for job in active:
            self._bring(subscriber, job, since.get(job.id))
        for job_id in since.keys() - ended.keys() - {job.id for job in active}:
            try:
                await self._snapshot(subscriber, topic_of(kind, job_id), since)
            except NotFound:  # of another kind, or not visible any more
                continue

    def _bring(self, subscriber: Subscriber, job: Job, since: int | None) -> None:
        """Deliver the events after revision `since` if all are known, otherwise a snapshot."""
        topic = topic_of(job.kind, job.id)
        if since is not None and since <= job.revision:
            missed = self._recent.between(topic, since, job.revision)
            if missed is not None and all(event.may_reach(subscriber.owner) for event, _ in missed):
                subscriber.mark_delivered(topic, since, final=job.terminal and not missed)
                for event, encoded in missed:
                    subscriber.deliver(event, encoded)
                return
        event = job_event(job, "snapshot")
        subscriber.deliver(event, encode(event))


def _is_of(subject: str, event: Event) -> bool:
    """Whether an event has the kind and job of its subject: a service may publish its own kind only."""
    if event.job_id is None:
        return subject.startswith(subjects.event(event.kind, "")) and event.topic.startswith(topic_of(event.kind, ""))
    return (subject, event.topic) == (subjects.event(event.kind, event.job_id), topic_of(event.kind, event.job_id))
