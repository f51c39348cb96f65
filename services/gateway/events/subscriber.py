"""One subscriber: its topics, the last revision of each, and its outbox."""

from __future__ import annotations

from collections.abc import Iterable
from collections.abc import Set as AbstractSet

from services.gateway.events.outbox import QUEUE_LIMIT, Outbox, Outgoing
from services.gateway.events.topics import ALL_KINDS, EVERYTHING
from shared.contracts.events import Event

__all__ = ["QUEUE_LIMIT", "Subscriber", "encode"]

# Ended jobs that a wildcard subscriber remembers, to recognise a late duplicate.
_REMEMBERED = 1000


class Subscriber:
    """`kinds`: those whose events it may have; a wildcard means these only."""

    def __init__(self, owner: str, kinds: AbstractSet[str] = ALL_KINDS) -> None:
        self.owner = owner
        self.kinds = kinds
        self.topics: set[str] = set()
        self.seen: dict[str, int] = {}
        """The highest revision delivered, by topic."""
        self.held: dict[str, list[Event]] = {}
        """Events that are held until the snapshot of their topic."""
        self.queue = Outbox()
        self.finals: dict[str, None] = {}
        """Ended topics, oldest first."""
        self.hidden: set[str] = set()
        """Topics whose jobs the subscriber may no longer see."""
        self.too_slow = False

    def wants(self, event: Event) -> bool:
        return event.may_reach(self.owner) and self.follows(event.topic)

    def follows(self, topic: str) -> bool:
        return topic.partition(":")[0] in self.kinds and covers(self.topics, topic)

    def deliver(self, event: Event, encoded: bytes) -> None:
        """Queue an event with a higher revision. A subscriber that is too slow is marked and gets no more events."""
        # The revision of an asset restarts after its removal; only those of jobs always grow.
        known = self.seen.get(event.topic, 0) if event.job_id else 0
        if self.too_slow or event.revision <= known:
            return
        self._mark(event.topic, event.revision, final=event.final)
        self._put(Outgoing(event.topic, event.job_id, event.revision, event.type, event.final, encoded))

    def reply(self, encoded: bytes) -> None:
        """Queue an answer behind the events that belong before it."""
        if not self.too_slow:
            self._put(Outgoing("", None, 0, "reply", final=False, encoded=encoded))

    def _put(self, item: Outgoing) -> None:
        if not self.queue.put(item):
            self.too_slow = True
            self.queue.close()

    def hide(self, event: Event) -> None:
        """Deliver the last event of a job that the subscriber may no longer see, once, without its data."""
        if event.topic not in self.seen or event.topic in self.hidden:
            return
        self.held.pop(event.topic, None)
        last = hidden_event(event)
        self.deliver(last, encode(last))
        self.hidden.add(event.topic)

    def ask(self, topic: str) -> None:
        """Follow one job. What a wildcard has brought of it, or left out because it had ended, may come again."""
        self.topics.add(topic)
        self._forget(topic)

    def mark_delivered(self, topic: str, revision: int, *, final: bool) -> None:
        """Mark an event as delivered that the reader has from somewhere else."""
        self._mark(topic, max(self.seen.get(topic, 0), revision), final=final)

    def _mark(self, topic: str, revision: int, *, final: bool) -> None:
        self.seen[topic] = revision
        self.hidden.discard(topic)
        if not final:
            self.finals.pop(topic, None)
            return
        self.finals[topic] = None
        if len(self.finals) > _REMEMBERED:
            self._forget(next(iter(self.finals)))

    def forget(self, topics: Iterable[str]) -> None:
        """Unsubscribe. Topics without a subscription are ignored."""
        for topic in topics:
            self.topics.discard(topic)
            self.held.pop(topic, None)
            self._forget(topic)

    def _forget(self, topic: str) -> None:
        self.finals.pop(topic, None)
        self.seen.pop(topic, None)
        self.hidden.discard(topic)

    @property
    def all_final(self) -> bool:
        """Whether no more events can arrive: every topic is one job, and all have ended."""
        return bool(self.topics) and self.topics <= self.finals.keys()


def covers(topics: set[str], topic: str) -> bool:
    """Whether a topic is among these, by itself or by a wildcard."""
    return topic in topics or EVERYTHING in topics or f"{topic.partition(':')[0]}:*" in topics


def hidden_event(event: Event) -> Event:
    """The last event for those who lose sight of the job, made of an event that they may not see."""
    return event.model_copy(
        update={
            "type": "hidden",
            "final": True,
            "data": {"id": event.job_id, "jobId": event.job_id, "kind": event.kind, "visibility": "private"},
        }
    )


def encode(event: Event) -> bytes:
    """The JSON for clients, without the fields that only the gateway may know."""
    return event.model_dump_json(by_alias=True, exclude={"owner", "audience"}).encode()
