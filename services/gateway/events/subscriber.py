"""One subscriber: its topics, the last revision of each, and a bounded queue of encoded events."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

from shared.contracts.events import Event

# A background tab of a browser reads every few seconds; ten events a second for a minute fit.
QUEUE_LIMIT = 600
# Ended jobs that a wildcard subscriber remembers, to recognise a late duplicate.
_REMEMBERED = 1000


class Subscriber:
    def __init__(self, owner: str) -> None:
        self.owner = owner
        self.topics: set[str] = set()
        self.seen: dict[str, int] = {}
        """The highest revision delivered, by topic."""
        self.held: dict[str, list[Event]] = {}
        """Events that are held until the snapshot of their topic."""
        self.queue: asyncio.Queue[bytes | None] = asyncio.Queue(QUEUE_LIMIT)
        self.finals: dict[str, None] = {}
        """Ended topics, oldest first."""
        self.too_slow = False

    def wants(self, event: Event) -> bool:
        return event.may_reach(self.owner) and self.follows(event.topic)

    def follows(self, topic: str) -> bool:
        return topic in self.topics or f"{topic.partition(':')[0]}:*" in self.topics

    def deliver(self, event: Event, encoded: bytes) -> None:
        """Queue an event with a higher revision. A subscriber with a full queue is marked and gets no more events."""
        # The revision of an asset restarts after its removal; only those of jobs always grow.
        known = self.seen.get(event.topic, 0) if event.job_id else 0
        if self.too_slow or event.revision <= known:
            return
        self.seen[event.topic] = event.revision
        if event.final:
            self._ended(event.topic)
        try:
            self.queue.put_nowait(encoded)
        except asyncio.QueueFull:
            self.too_slow = True
            self.queue.get_nowait()
            self.queue.put_nowait(None)

    def mark_delivered(self, event: Event) -> None:
        """Mark an earlier event as delivered."""
        self.seen[event.topic] = max(self.seen.get(event.topic, 0), event.revision)
        if event.final:
            self._ended(event.topic)

    def _ended(self, topic: str) -> None:
        self.finals[topic] = None
        if len(self.finals) > _REMEMBERED:
            oldest = next(iter(self.finals))
            del self.finals[oldest]
            self.seen.pop(oldest, None)

    def forget(self, topics: Iterable[str]) -> None:
        for topic in topics:
            self.topics.discard(topic)
            self.held.pop(topic, None)
            self.seen.pop(topic, None)

    @property
    def all_final(self) -> bool:
        """Whether no more events can arrive: every topic is one job, and all have ended."""
        return bool(self.topics) and self.topics <= self.finals.keys()


def encode(event: Event) -> bytes:
    return event.model_dump_json(by_alias=True, exclude={"owner", "audience"}).encode()
