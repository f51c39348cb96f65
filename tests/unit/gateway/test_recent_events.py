"""The memory of events is bounded in what it really takes, and forgets nothing that decides who may see them."""

from __future__ import annotations

import tracemalloc
from datetime import UTC, datetime

import pytest

from services.gateway.events.recent import RecentEvents
from services.gateway.events.subscriber import encode
from shared.contracts.events import Event

NOW = datetime(2026, 11, 29, tzinfo=UTC)


def event(number: int, job: str, **data: object) -> Event:
    values = {f"field{n}": n + number / 7 for n in range(60)}
    return Event.model_validate(
        {
            "id": f"{job}:{number}", "topic": f"training:{job}", "kind": "training", "job_id": job, "owner": "sara",
            "revision": number, "type": "progress", "time": NOW, "data": {**values, **data},
        }
    )  # fmt: skip


def test_it_takes_little_more_than_the_bytes_that_it_counts() -> None:
    limit = 1_000_000
    recent = RecentEvents(most_bytes=limit)
    tracemalloc.start()
    try:
        for number in range(4000):
            one = event(number % 50, f"job{number // 50}")
            recent.add(one, encode(one))
        held, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert recent.between("training:job79", 0, 49) is not None
    assert recent.between("training:job0", 0, 49) is None
    assert held < 2.5 * limit


@pytest.mark.parametrize(("visibility", "seen"), [("private", False), ("shared", True)])
def test_who_may_see_an_event_is_remembered(visibility: str, seen: bool) -> None:
    recent, one = RecentEvents(), event(1, "job", visibility=visibility)
    recent.add(one, encode(one))
    ((known, encoded),) = recent.between("training:job", 0, 1) or []
    assert known.may_reach("sara")
    assert known.may_reach("ali") is seen
    assert encoded == encode(one)
    assert b"field59" in encoded
