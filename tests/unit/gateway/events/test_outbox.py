"""What a slow reader loses, in which order, and when it is given up."""

from __future__ import annotations

import asyncio

from services.gateway.events.outbox import Outbox, Outgoing
from shared.contracts.events import EventType


def item(
    revision: int, type_: EventType = "progress", topic: str = "download:a", *, size: int = 10, final: bool = False
) -> Outgoing:
    return Outgoing(topic, topic.partition(":")[2], revision, type_, final, bytes(size))


def drain(outbox: Outbox) -> list[int | None]:
    found: list[int | None] = []
    while not outbox.empty():
        taken = outbox.get_nowait()
        found.append(None if taken is None else taken.revision)
        if taken is None:
            break
    return found


def test_a_fast_reader_gets_everything() -> None:
    outbox = Outbox(most=5)
    got: list[int | None] = []
    for revision in range(1, 100):
        assert outbox.put(item(revision))
        got += drain(outbox)
    assert got == list(range(1, 100))


def test_superseded_progress_goes_first_and_states_stay() -> None:
    outbox = Outbox(most=4)
    for revision, type_ in enumerate(("state", "progress", "progress", "metrics", "metrics", "progress"), 1):
        assert outbox.put(item(revision, type_))  # type: ignore[arg-type]
    assert drain(outbox) == [1, 3, 5, 6]


def test_the_newest_progress_of_each_topic_stays() -> None:
    outbox = Outbox(most=2)
    for revision in range(1, 50):
        for topic in ("training:a", "training:b"):
            assert outbox.put(item(revision, topic=topic))
    assert drain(outbox) == [49, 49]


def test_logs_go_next_the_oldest_first() -> None:
    outbox = Outbox(most=3)
    for revision, type_ in enumerate(("log", "state", "log", "log", "state"), 1):
        assert outbox.put(item(revision, type_))  # type: ignore[arg-type]
    assert drain(outbox) == [2, 4, 5]
    for revision in range(1, 4):
        assert outbox.put(item(revision, "state"))
    assert outbox.put(item(4, "log")), "a log that finds no room is lost itself"
    assert drain(outbox) == [1, 2, 3]


def test_states_that_do_not_fit_are_too_much() -> None:
    outbox = Outbox(most=2)
    assert outbox.put(item(1, "state"))
    assert outbox.put(item(2, "state"))
    assert not outbox.put(item(3, "state", final=True))


def test_bytes_count_too() -> None:
    outbox = Outbox(most=1000, most_bytes=100)
    assert outbox.put(item(1, "state", size=60))
    assert outbox.put(item(2, size=30))
    assert outbox.put(item(3, size=30)), "the older progress makes room"
    assert not outbox.put(item(4, "state", size=60))


async def test_a_reader_waits_and_learns_of_the_end() -> None:
    outbox = Outbox()
    waiting = asyncio.create_task(outbox.get())
    await asyncio.sleep(0)
    outbox.put(item(1))
    assert (await waiting) == item(1)
    outbox.put(item(2))
    outbox.close()
    assert not outbox.empty()
    assert drain(outbox) == [2, None]
