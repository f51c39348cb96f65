"""Who is next: users in turn, and a user's own jobs in the order in which they came. Pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from typing import TypeVar

from shared.contracts.jobs import Job

J = TypeVar("J", bound=Job)


def fair_order(waiting: Sequence[J], running: Sequence[Job]) -> list[J]:
    """`waiting` as it would be taken, if one job ended after the other.

    Next is always a job of the user who has the fewest, those counted that run or stand before it; among users with
    equally many, the oldest job: one that was put back keeps its place.
    """
    queues: dict[str, deque[J]] = {}
    for job in sorted(waiting, key=lambda job: (job.created_at, job.id)):
        queues.setdefault(job.owner, deque()).append(job)
    has = Counter(job.owner for job in running)
    order: list[J] = []
    while queues:
        owner = min(queues, key=lambda name: (has[name], queues[name][0].created_at, queues[name][0].id))
        order.append(queues[owner].popleft())
        has[owner] += 1
        if not queues[owner]:
            del queues[owner]
    return order
