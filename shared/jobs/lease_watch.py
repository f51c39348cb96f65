"""Finds leases that have ended, without comparing the clocks of two machines."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.jobs import Job


@dataclass(frozen=True, slots=True)
class _Observed:
    """A lease as it was first read; `since` on the monotonic clock."""

    token: int
    expires_at: datetime | None
    since: float


class LeaseWatch:
    """A lease has ended if this process has read it unchanged for `lease_seconds` by its own monotonic clock.

    `lease.expires_at` comes from the clock of the worker: judged by another machine's clock, a skew of a minute would
    take running jobs from healthy workers (ADR 37).
    """

    def __init__(self, lease_seconds: float, monotonic: Callable[[], float]) -> None:
        self._lease = lease_seconds
        self._monotonic = monotonic
        self._observed: dict[str, _Observed] = {}
        self._read_at = monotonic()

    def ended(self, running: Sequence[Job]) -> set[str]:
        """The ids of the jobs whose leases have ended. `running`: all running jobs, just read from the store."""
        now = self._monotonic()
        if now - self._read_at > self._lease / 2:
            # The store was away from this process, perhaps also from the workers: they get the time to renew.
            self._observed = {}
        self._read_at = now
        self._observed = {job.id: self._observe(job, now) for job in running}
        return {job_id for job_id, lease in self._observed.items() if now - lease.since >= self._lease}

    def _observe(self, job: Job, now: float) -> _Observed:
        known = self._observed.get(job.id)
        if known is not None and (known.token, known.expires_at) == (job.lease.token, job.lease.expires_at):
            return known
        return _Observed(job.lease.token, job.lease.expires_at, now)
