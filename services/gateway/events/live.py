"""Live events: one NATS subscription for the whole process, fanned out in memory.

A subscriber gets a snapshot from the store, then events with higher revisions, each once. Events out of order are
held for a moment and sorted; a snapshot replaces a missing one (a reconnection, a wiped bus). Topics without events
for some seconds are compared with the store, so the terminal event always arrives, also without a bus.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from nats.aio.msg import Msg
from pydantic import ValidationError

from services.gateway.events.subscriber import Subscriber, encode
from services.gateway.fair_use import FairUse
from shared.bus import Bus
from shared.contracts import subjects
from shared.contracts.errors import Validation as InvalidTopic
from shared.contracts.events import Event
from shared.contracts.events import topic as topic_of
from shared.contracts.jobs import Job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.states import ACTIVE, JobKind
from shared.jobs import JobRepository, job_event
from shared.telemetry import Metrics, get_logger

_LOG = get_logger("live")
# Events of two publishers (a worker, a gateway with a control) are out of order by milliseconds at most.
_REORDER_S = 0.15
_QUIET_S = 3.0
_WILDCARD_SNAPSHOTS = 100
MAX_TOPICS = 200


class LiveEvents:
    def __init__(
        self,
        bus: Bus,
        repository: JobRepository,
        metrics: Metrics,
        clock: Callable[[], float],
        fair_use: FairUse,
    ) -> None:
        self._bus = bus
        self._repository = repository
        self._listeners = metrics.sockets
        self._clock = clock
        self._fair_use = fair_use
        self._subscribers: set[Subscriber] = set()
        self._last_event_at: dict[str, float] = {}
        self._subscribed = False
        self._healing: set[asyncio.Task[None]] = set()

    def start(self) -> None:
        self._bus.on_ready(self._bus_ready)
        self._bus.spawn(self._watch_quiet_topics(), "live-watch")

    async def _bus_ready(self) -> None:
        if not self._subscribed:
            await self._bus.subscribe(subjects.ALL_EVENTS, self._on_message)
            self._subscribed = True
        else:
            await self._compare(self._concrete_topics())

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
        self._last_event_at[event.topic] = self._clock()
        for subscriber in list(self._subscribers):
            if subscriber.wants(event):
                self._offer(subscriber, event, encoded)
        if event.final:
            self._last_event_at.pop(event.topic, None)

    def _offer(self, subscriber: Subscriber, event: Event, encoded: bytes) -> None:
        held = subscriber.held.get(event.topic)
        if held is not None:
            held.append(event)
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
            except Exception as error:
                # Held events are delivered without the snapshot too; the next comparison corrects the rest.
                _LOG.warning("snapshot_failed", topic=topic, reason=str(error) or type(error).__name__)
        self._release(subscriber, topic)

    def _release(self, subscriber: Subscriber, topic: str) -> None:
        for event in sorted(subscriber.held.pop(topic, ()), key=lambda event: event.revision):
            subscriber.deliver(event, encode(event))

    async def _snapshot(self, subscriber: Subscriber, topic: str) -> None:
        job = await self._job(topic, subscriber.owner)
        if job is not None:
            event = job_event(job, "snapshot")
            subscriber.deliver(event, encode(event))

    async def _job(self, topic: str, owner: str) -> Job | None:
        kind, _, job_id = topic.partition(":")
        if kind not in set(JobKind):
            return None
        return await self._repository.visible(JOB_TYPES[JobKind(kind)], job_id, owner)

    @contextmanager
    def listener(self, owner: str, protocol: str) -> Iterator[Subscriber]:
        """A subscriber that exists for the duration of the block. Raises `RateLimited` if the owner has too many."""
        subscriber = Subscriber(owner)
        with (
            self._fair_use.at_once("streams", owner, self._fair_use.limits.streams_per_owner),
            self._listeners.labels(protocol).track_inprogress(),
        ):
            self._subscribers.add(subscriber)
            try:
                yield subscriber
            finally:
                self._subscribers.discard(subscriber)

    async def subscribe(self, subscriber: Subscriber, topic: str) -> None:
        """Deliver a snapshot, then events. Raises `NotFound` for another user's job, `Validation`."""
        kind, separator, subject_id = topic.partition(":")
        if not separator or not subject_id or kind not in {*JobKind, "asset"}:
            raise InvalidTopic(f"“{topic[:80]}” is not a topic.", hint="Topics are like training:<id> or download:*.")
        if len(subscriber.topics) >= MAX_TOPICS:
            raise InvalidTopic(
                f"One connection can have {MAX_TOPICS} topics.", hint="Use a wildcard such as training:*."
            )
        if subject_id == "*":
            subscriber.topics.add(topic)
            if kind != "asset":
                await self._snapshot_all(subscriber, JobKind(kind))
            return
        # Events are held from before the read: those that arrive during it are delivered after the snapshot.
        subscriber.held.setdefault(topic, [])
        subscriber.topics.add(topic)
        try:
            await self._snapshot(subscriber, topic)
        except BaseException:
            subscriber.forget([topic])
            raise
        self._release(subscriber, topic)

    async def _snapshot_all(self, subscriber: Subscriber, kind: JobKind) -> None:
        newest, _ = await self._repository.page(JOB_TYPES[kind], subscriber.owner, limit=_WILDCARD_SNAPSHOTS)
        for job in newest:
            if job.terminal:
                subscriber.mark_delivered(job_event(job, "snapshot"))
        jobs, _ = await self._repository.page(
            JOB_TYPES[kind], subscriber.owner, states=sorted(ACTIVE), limit=_WILDCARD_SNAPSHOTS
        )
        for job in reversed(jobs):
            event = job_event(job, "snapshot")
            subscriber.deliver(event, encode(event))

    def _concrete_topics(self) -> dict[tuple[str, str], list[Subscriber]]:
        topics: dict[tuple[str, str], list[Subscriber]] = {}
        for subscriber in self._subscribers:
            for topic in subscriber.seen.keys() - subscriber.finals.keys():
                if not subscriber.follows(topic):
                    continue
                topics.setdefault((topic, subscriber.owner), []).append(subscriber)
        return topics

    async def _watch_quiet_topics(self) -> None:
        while True:
            await asyncio.sleep(_QUIET_S)
            now = self._clock()
            quiet = {
                key: subscribers
                for key, subscribers in self._concrete_topics().items()
                if now - self._last_event_at.get(key[0], 0.0) > _QUIET_S
            }
            await self._compare(quiet)
            await self._compare_wildcards()

    async def _compare_wildcards(self) -> None:
        """Find jobs that were created, and possibly ended, while the bus was disconnected."""
        wildcards: dict[tuple[JobKind, str], list[Subscriber]] = {}
        for subscriber in self._subscribers:
            for kind in JobKind:
                if f"{kind}:*" in subscriber.topics:
                    wildcards.setdefault((kind, subscriber.owner), []).append(subscriber)
        for (kind, owner), subscribers in wildcards.items():
            try:
                newest, _ = await self._repository.page(JOB_TYPES[kind], owner, limit=_WILDCARD_SNAPSHOTS)
            except Exception as error:
                _LOG.debug("wildcard_not_compared", kind=kind, reason=str(error) or type(error).__name__)
                continue
            now = self._clock()
            for job in reversed(newest):
                if now - self._last_event_at.get(topic_of(job.kind, job.id), 0.0) > _QUIET_S:
                    self._catch_up(job, subscribers)

    async def _compare(self, topics: dict[tuple[str, str], list[Subscriber]]) -> None:
        for (topic, owner), subscribers in topics.items():
            try:
                job = await self._job(topic, owner)
            except Exception as error:
                _LOG.debug("topic_not_compared", topic=topic, reason=str(error) or type(error).__name__)
                continue
            if job is not None:
                self._catch_up(job, subscribers)

    @staticmethod
    def _catch_up(job: Job, subscribers: Iterable[Subscriber]) -> None:
        event = job_event(job, "snapshot")
        encoded = encode(event)
        for subscriber in subscribers:
            if event.topic not in subscriber.held:
                subscriber.deliver(event, encoded)


def _is_of(subject: str, event: Event) -> bool:
    """Whether an event has the kind and job of its subject: a service may publish its own kind only."""
    if event.job_id is None:
        return subject.startswith(subjects.event(event.kind, "")) and event.topic.startswith(topic_of(event.kind, ""))
    return (subject, event.topic) == (subjects.event(event.kind, event.job_id), topic_of(event.kind, event.job_id))
