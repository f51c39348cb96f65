"""What one listener is given, and when it is given up."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from services.gateway.events.outbox import Outgoing
from services.gateway.events.subscriber import QUEUE_LIMIT, Subscriber, encode
from shared.contracts.events import Event, EventType


def event(
    revision: int,
    *,
    topic: str = "download:a",
    owner: str | None = "me",
    audience: tuple[str, ...] | None = None,
    type_: EventType = "progress",
    final: bool = False,
) -> Event:
    kind, _, job = topic.partition(":")
    return Event(
        id=f"{job}:{revision}", topic=topic, kind=kind, job_id=job, owner=owner, audience=audience, revision=revision,
        type=type_, time=datetime.now(UTC), data={"secret": "x"}, final=final,
    )  # fmt: skip


def drain(subscriber: Subscriber) -> list[Outgoing | None]:
    found = []
    while not subscriber.queue.empty():
        found.append(subscriber.queue.get_nowait())
        if found[-1] is None:
            break
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


@pytest.mark.parametrize(
    ("viewer", "owner", "audience", "expected"),
    [
        ("me", "me", None, True),
        ("me", "you", None, False),
        ("me", None, None, True),  # shared
        ("me", None, ("you",), False),
        ("me", "you", ("me", "you"), True),
        ("me", "me", (), False),
        ("local", "you", None, True),
        ("owner", None, ("you",), True),
    ],
)
def test_whom_an_event_is_for(viewer: str, owner: str | None, audience: tuple[str, ...] | None, expected: bool) -> None:
    assert event(1, owner=owner, audience=audience).may_reach(viewer) is expected


def test_every_kind_of_topic() -> None:
    subscriber = Subscriber("me")
    subscriber.topics = {"*"}
    assert subscriber.wants(event(1))
    assert subscriber.wants(event(1, topic="asset:model:ns/a"))
    assert not subscriber.all_final


def test_who_may_see_it_does_not_leave_the_gateway() -> None:
    encoded = encode(event(1, audience=("me",)))
    assert b"owner" not in encoded
    assert b"audience" not in encoded


def test_a_reader_who_is_too_slow_is_given_up_with_a_sign() -> None:
    subscriber = Subscriber("me")
    for revision in range(1, QUEUE_LIMIT + 50):
        subscriber.deliver(event(revision, type_="state"), b"x")
    assert subscriber.too_slow
    assert drain(subscriber)[-1] is None


def test_progress_alone_makes_nobody_too_slow() -> None:
    subscriber = Subscriber("me")
    for revision in range(1, 10 * QUEUE_LIMIT):
        subscriber.deliver(event(revision), b"x")
    assert not subscriber.too_slow
    assert len(drain(subscriber)) <= QUEUE_LIMIT


def test_who_loses_sight_of_a_job_learns_only_that() -> None:
    subscriber = Subscriber("me")
    subscriber.topics = {"download:*"}
    subscriber.hide(event(1, owner="you"))
    assert drain(subscriber) == [], "a job that was never seen does not exist"
    subscriber.deliver(event(2, owner=None), b"shared")
    for revision in (3, 4):
        subscriber.hide(event(revision, owner="you"))
    _, last = drain(subscriber)
    assert last is not None
    assert (last.type, last.final, last.revision) == ("hidden", True, 3)
    assert b"secret" not in last.encoded
    subscriber.deliver(event(5, owner=None), b"shared again")
    assert len(drain(subscriber)) == 1
    assert "download:a" not in subscriber.finals


def test_unsubscribing_from_nothing_is_harmless() -> None:
    Subscriber("me").forget(["training:none", "", "*"])


def test_ended_jobs_are_forgotten_in_the_long_run() -> None:
    subscriber = Subscriber("me")
    for number in range(5000):
        subscriber.deliver(event(1, topic=f"download:{number}", final=True), b"x")
        drain(subscriber)
    assert len(subscriber.seen) == len(subscriber.finals) == 1000
