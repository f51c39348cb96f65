"""The last events of jobs in memory, for readers that connect again."""

from __future__ import annotations

from collections import OrderedDict

from shared.contracts.events import Event

_PER_TOPIC = 64  # half a minute of progress
_MOST_BYTES = 8 * 1024 * 1024

Known = tuple[Event, bytes]
"""An event without its data, and the JSON that is sent."""


class RecentEvents:
    """Bounded in events of a topic and in bytes; topics without events for the longest time are forgotten first."""

    def __init__(self, per_topic: int = _PER_TOPIC, most_bytes: int = _MOST_BYTES) -> None:
        self._per_topic = per_topic
        self._most_bytes = most_bytes
        self._topics: OrderedDict[str, dict[int, Known]] = OrderedDict()
        self._bytes = 0

    def add(self, event: Event, encoded: bytes) -> None:
        if event.job_id is None:  # the revisions of assets restart
            return
        events = self._topics.setdefault(event.topic, {})
        self._topics.move_to_end(event.topic)
        self._remove(events, event.revision)
        events[event.revision] = (_without_data(event), encoded)
        self._bytes += len(encoded)
        if len(events) > self._per_topic:
            self._remove(events, min(events))
        while self._bytes > self._most_bytes:
            _, forgotten = self._topics.popitem(last=False)
            self._bytes -= sum(len(known) for _, known in forgotten.values())

    def between(self, topic: str, after: int, last: int) -> list[Known] | None:
        """The events with the revisions `after + 1` to `last`; None unless all are known."""
        events = self._topics.get(topic, {})
        if last - after > len(events):
            return None
        found = [events.get(revision) for revision in range(after + 1, last + 1)]
        known = [each for each in found if each is not None]
        return known if len(known) == len(found) else None

    def _remove(self, events: dict[int, Known], revision: int) -> None:
        removed = events.pop(revision, None)
        if removed is not None:
            self._bytes -= len(removed[1])


def _without_data(event: Event) -> Event:
    """What decides who may receive it. Parsed data takes five times as much memory as the bytes that are counted."""
    visibility = event.data.get("visibility")
    return event.model_copy(update={"data": {} if visibility is None else {"visibility": visibility}})
