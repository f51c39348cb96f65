"""Fair share: users in turn, and the jobs of a user by their time of creation. Pure."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Sequence
from typing import TypeVar

from shared.contracts.jobs import Job

J = TypeVar("J", bound=Job)


def fair_order(waiting: Sequence[J], running: Sequence[Job]) -> list[J]:
    """The waiting jobs in the order in which workers claim them.

    The next job is always one of the user with the fewest jobs, running or earlier in the order; among equal users, the
    oldest job. The order is by creation, so a requeued job keeps its position.
    """
    queues: dict[str, deque[J]] = {}
    for job in sorted(waiting, key=lambda job: (job.created_at, job.id)):
        queues.setdefault(job.owner, deque()).append(job)
    jobs_of = Counter(job.owner for job in running)
    order: list[J] = []
    while queues:
        owner = min(queues, key=lambda name: (jobs_of[name], queues[name][0].created_at, queues[name][0].id))
        order.append(queues[owner].popleft())
        jobs_of[owner] += 1
        if not queues[owner]:
            del queues[owner]
    return order
