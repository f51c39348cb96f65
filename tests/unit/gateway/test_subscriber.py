"""What one listener is given, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime

from services.gateway.events.subscriber import QUEUE_LIMIT, Subscriber, encode
from shared.contracts.events import Event


def event(revision: int, *, topic: str = "download:a", owner: str = "me", final: bool = False) -> Event:
    kind, _, job = topic.partition(":")
    return Event(
        id=f"{job}:{revision}", topic=topic, kind=kind, job_id=job, owner=owner, revision=revision, type="progress",
        time=datetime.now(UTC), data={}, final=final,
    )  # fmt: skip


def drain(subscriber: Subscriber) -> list[bytes | None]:
    found = []
    while not subscriber.queue.empty():
        found.append(subscriber.queue.get_nowait())
    return found


def test_each_revision_once_and_never_an_older_one() -> None:
    subscriber = Subscriber("me")
    for revision in (1, 2, 2, 1, 3):
        subscriber.deliver(event(revision), encode(event(revision)))
    assert len(drain(subscriber)) == 3


def test_only_the_owner_and_only_the_topic() -> None:
    subscriber = Subscriber("me")
    subscriber.topics = {"download:a", "training:*"}
    assert subscriber.wants(event(1))
    assert subscriber.wants(event(1, topic="training:b"))
    assert not subscriber.wants(event(1, topic="download:b"))
    assert not subscriber.wants(event(1, owner="somebody else"))


def test_who_may_see_it_does_not_leave_the_gateway() -> None:
    assert b"owner" not in encode(event(1))


def test_a_listener_who_does_not_read_is_given_up_with_a_sign() -> None:
    subscriber = Subscriber("me")
    for revision in range(1, QUEUE_LIMIT + 50):
        subscriber.deliver(event(revision), b"x")
    assert subscriber.too_slow
    got = drain(subscriber)
    assert len(got) <= QUEUE_LIMIT
    assert got[-1] is None


def test_ended_jobs_are_forgotten_in_the_long_run() -> None:
    subscriber = Subscriber("me")
    for number in range(5000):
        subscriber.deliver(event(1, topic=f"download:{number}", final=True), b"x")
        drain(subscriber)
    assert len(subscriber.seen) == len(subscriber.finals) == 1000
