"""Every write to a job document. Each is one atomic update whose filter states its precondition."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from shared.contracts.access import Visibility
from shared.contracts.errors import Conflict, NotFound
from shared.contracts.jobs import Job, JobProgress, JobResult, JobSpec, JobType, P, R, S
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import ACTIVE, TERMINAL, Control, JobState, sources
from shared.jobs.ended import EndedJobs
from shared.jobs.model import from_document, to_document
from shared.jobs.outcomes import LeaseLost
from shared.jobs.queries import J, collection_of
from shared.store import Duplicate, Store, Value
from shared.store.port import Change

Clock = Callable[[], datetime]


class JobRepository(EndedJobs):
    """`lease_seconds`: the time after which a lease that is not renewed ends."""

    def __init__(self, store: Store, now: Clock, lease_seconds: float) -> None:
        super().__init__(store)
        self._now = now
        self._lease = timedelta(seconds=lease_seconds)

    async def create(self, job: J) -> tuple[J, bool]:
        """Insert the job. Returns the stored job, and False if the idempotency key had already created it.

        Raises `Conflict` if the key was used for another request.
        """
        try:
            await self._store.insert(collection_of(job), to_document(job))
        except Duplicate:
            document = await self._find_key(collection_of(job), job.owner, job.idempotency_key)
            if document is None:
                raise
            known = type(job).model_validate(document)
            if not _same_request(known, job):
                raise Conflict(
                    "This Idempotency-Key was used for another request.", hint="Use a new key for a new request."
                ) from None
            return known, False
        return job, True

    async def claim(self, job_type: JobType[S, P, R], id: str, worker: str) -> Job[S, P, R] | None:
        """Claim a queued job: the only place that issues a fencing token. None if it is not claimable.

        Only a job that has failed waits for its `available_at`: another machine's clock has set that time (ADR 37).
        """
        now = self._now()
        first: dict[str, Value] = {"started_at": now}
        # A first claim also sets `started_at`; only a job that has run before needs another update.
        tries: tuple[tuple[dict[str, Value], dict[str, Value]], ...] = (
            ({"started_at": None, "failures": 0}, first),
            ({"started_at": {"$ne": None}, "failures": 0}, {}),
            ({"failures": {"$gt": 0}, "available_at": {"$lte": now}}, {}),
        )
        for where, extra in tries:
            if (claimed := await self._claim(job_type, {"id": id, **where}, worker, now, extra)) is not None:
                return claimed
        return None

    async def _claim(
        self,
        job_type: JobType[S, P, R],
        where: dict[str, Value],
        worker: str,
        now: datetime,
        extra: dict[str, Value],
    ) -> Job[S, P, R] | None:
        document = await self._store.update(
            job_type.collection,
            {**where, "state": JobState.QUEUED.value},
            {
                "$set": {
                    "state": JobState.RUNNING.value,
                    "lease.worker": worker,
                    "lease.expires_at": now + self._lease,
                    "updated_at": now,
                    "error": None,
                    **extra,
                },
                "$inc": {"lease.token": 1, "attempt": 1, "revision": 1},
            },
        )
        return from_document(job_type, document) if document else None

    async def renew(self, job: J) -> J:
        """Renew the lease; the result has the current control. No new revision: clients do not see a renewal."""
        return await self._fenced(job, {"lease.expires_at": self._now() + self._lease}, revise=False)

    async def progress(self, job: J, progress: JobProgress | None = None) -> J:
        """Make a new revision, with the progress if one is given."""
        return await self._fenced(job, {"progress": progress.model_dump()} if progress else {})

    async def complete_spec(self, job: J, spec: JobSpec) -> J:
        """Store the spec that a worker has completed, as a new revision."""
        return await self._fenced(job, {"spec": spec.model_dump()})

    async def finish(
        self,
        job: J,
        state: JobState,
        *,
        progress: JobProgress | None = None,
        result: JobResult | None = None,
        error: ErrorInfo | None = None,
    ) -> J:
        changes: dict[str, Value] = {
            "finished_at": self._now(),
            "result": result.model_dump() if result else None,
            "error": error.model_dump() if error else None,
        }
        return await self._leave(job, state, progress, changes)

    async def pause(self, job: J, progress: JobProgress | None = None, error: ErrorInfo | None = None) -> J:
        """Pause the job: because of `error`, or, without one, because the user requested it.

        Raises `LeaseLost` also if the user has changed the control since.
        """
        expected = Control.PAUSE.value if error is None else job.control
        changes: dict[str, Value] = {"error": error.model_dump() if error else None}
        return await self._leave(job, JobState.PAUSED, progress, changes, {"control": expected})

    async def requeue(
        self,
        job: J,
        *,
        after: float = 0.0,
        failed: bool,
        progress: JobProgress | None = None,
        error: ErrorInfo | None = None,
    ) -> J:
        """Put the job back into the queue, claimable after `after` seconds. `failed` counts a failure."""

        changes: dict[str, Value] = {"error": error.model_dump() if error else None}
        if after > 0:  # else it keeps its place
            changes["available_at"] = self._now() + timedelta(seconds=after)
        if failed:
            fraction = (progress or job.progress).fraction
            changes |= {"failures": job.failures_now(fraction), "failed_at": fraction}
        return await self._leave(job, JobState.QUEUED, progress, changes)

    async def _leave(
        self,
        job: J,
        state: JobState,
        progress: JobProgress | None,
        changes: dict[str, Value],
        where: Mapping[str, Value] | None = None,
    ) -> J:
        changes |= {"state": state.value, "lease.worker": None, "lease.expires_at": None}
        if state in TERMINAL or state is JobState.PAUSED:
            changes["control"] = None
        if progress is not None:
            changes["progress"] = progress.model_dump()
        return await self._fenced(job, changes, where=where)

    async def _fenced(
        self, job: J, changes: dict[str, Value], *, revise: bool = True, where: Mapping[str, Value] | None = None
    ) -> J:
        """Write under the job's fencing token. Raises `LeaseLost` if another claim has raised it."""
        document = await self._store.update(
            collection_of(job),
            {"id": job.id, "state": JobState.RUNNING.value, "lease.token": job.lease.token, **(where or {})},
            {
                "$set": {**changes, "updated_at": self._now()},
                **({"$inc": {"revision": 1}} if revise else {}),
            },
        )
        if document is None:
            raise LeaseLost(job.id)
        return type(job).model_validate(document)

    async def request_control(self, job: J, control: Control) -> J:
        """Apply a control to a waiting job at once; store it for the worker of a running one.

        Raises `Conflict` if the job's state does not allow it.
        """
        now = self._now()
        target = JobState.PAUSED if control is Control.PAUSE else JobState.CANCELLED
        ended: dict[str, Value] = {"finished_at": now, "control": None} if target in TERMINAL else {}
        applied: dict[str, Value] = {"state": target.value, "updated_at": now, **ended}
        if control is Control.STOP and job.attempt:
            # A run that has started has checkpoints: a worker must claim it once more to make a voice of them.
            applied = {"state": JobState.QUEUED.value, "control": control.value, "available_at": now, "updated_at": now}
        allowed = sources(target, pausable=JOB_TYPES[job.kind].pausable)
        idle = [state.value for state in allowed if state is not JobState.RUNNING]
        tries: list[tuple[dict[str, Value], dict[str, Value]]] = [({"state": {"$in": idle}}, applied)]
        if JobState.RUNNING in allowed:
            running: dict[str, Value] = {"state": JobState.RUNNING.value}
            if control is Control.CANCEL:  # its worker is dead; if it comes back, fencing refuses its writes
                expired: dict[str, Value] = {**running, "lease.expires_at": {"$lt": now}}
                tries.append((expired, {**applied, "lease.worker": None, "lease.expires_at": None}))
            tries.append((running, {"control": control.value, "updated_at": now}))
        for where, changes in tries:
            changed = await self._change(job, where, changes)
            if changed is not None:
                return changed
        document = await self._store.get(collection_of(job), job.id)
        state = type(job).model_validate(document).state if document else "gone"
        raise Conflict(f"The job is {state}: it cannot {control} now.")

    async def resume(self, job: J) -> J:
        now = self._now()
        document = await self._change(
            job,
            {"state": JobState.PAUSED.value},
            {"state": JobState.QUEUED.value, "control": None, "error": None, "available_at": now, "updated_at": now},
        )
        if document is None:
            raise Conflict(f"The job is {job.state}: only a paused job can be resumed.")
        return document

    async def retry_now(self, job: J) -> J:
        """Make a job that waits after a failure claimable now, and reset its failures."""
        now = self._now()
        changes: dict[str, Value] = {"available_at": now, "updated_at": now, "failures": 0, "failed_at": -1.0}
        changed = await self._change(job, {"state": JobState.QUEUED.value}, changes)
        if changed is None:
            raise Conflict(f"The job is {job.state}: only one that waits or has failed can be tried again.")
        return changed

    async def make_available(self, job: J) -> J | None:
        """Let a queued job be claimed now. None if it has changed since."""
        where: dict[str, Value] = {"state": JobState.QUEUED.value, "available_at": job.available_at}
        return await self._change(job, where, {"available_at": self._now()})

    async def limit_bandwidth(self, job: J, bandwidth: int | None) -> J:
        """Set the job's cap in bytes a second; None removes it. The worker reads it with its next renewal.

        Raises `Conflict` if the job has ended.
        """
        active: dict[str, Value] = {"state": {"$in": [state.value for state in sorted(ACTIVE)]}}
        changed = await self._change(job, active, {"bandwidth": bandwidth, "updated_at": self._now()})
        if changed is None:
            raise Conflict(f"The job is {job.state}: it transfers no more data.")
        return changed

    async def set_visibility(self, job: J, visibility: Visibility) -> J:
        """Share a job with every account, or take that back. Raises `NotFound` if the job is gone."""
        changed = await self._change(job, {}, {"visibility": visibility, "updated_at": self._now()})
        if changed is None:
            raise NotFound(f"There is no {job.kind} job with the id {job.id}.")
        return changed

    async def give(self, job: J, owner: str) -> J:
        """Give a job to another owner, without its idempotency key. Raises `NotFound` if the job is gone."""
        where: dict[str, Value] = {"id": job.id}
        change: Change = {"$set": {"owner": owner}, "$unset": {"idempotency_key": ""}, "$inc": {"revision": 1}}
        document = await self._store.update(collection_of(job), where, change)
        if document is None:
            raise NotFound(f"There is no {job.kind} job with the id {job.id}.")
        return type(job).model_validate(document)

    async def _change(self, job: J, where: dict[str, Value], changes: dict[str, Value]) -> J | None:
        document = await self._store.update(
            collection_of(job), {"id": job.id, **where}, {"$set": changes, "$inc": {"revision": 1}}
        )
        return type(job).model_validate(document) if document else None

    async def recover(self, job: J, *, limit: int, lost: ErrorInfo) -> J | None:
        """Take the job from its dead worker: queued again, or failed once `limit` failures are reached.

        None if the worker has renewed its lease since, or another sweeper has recovered the job.
        """
        now = self._now()
        exhausted = job.failures_now(job.progress.fraction) >= limit
        state = JobState.FAILED if exhausted else JobState.QUEUED
        if job.control is Control.CANCEL:
            exhausted, state = False, JobState.CANCELLED  # no worker runs it, so the cancel is complete
        changes: dict[str, Value] = {
            "state": state.value,
            "lease.worker": None,
            "lease.expires_at": None,
            "failures": job.failures_now(job.progress.fraction),
            "failed_at": job.progress.fraction,
            "updated_at": now,
            **({"error": lost.model_dump()} if exhausted else {}),
            **({"finished_at": now, "control": None} if state in TERMINAL else {}),
        }
        where: dict[str, Value] = {
            "state": JobState.RUNNING.value,
            "lease.token": job.lease.token,
            "lease.expires_at": job.lease.expires_at,
        }
        return await self._change(job, where, changes)


def _same_request(known: Job, job: Job) -> bool:
    """By the digest of the requests, else by the specs: the same request may be completed to another spec later."""
    if known.request_digest is not None and job.request_digest is not None:
        return known.request_digest == job.request_digest
    return known.spec == job.spec
