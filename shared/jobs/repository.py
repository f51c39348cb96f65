"""Every write to a job document. Each is one atomic update whose filter names what must still be true."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from shared.contracts.errors import Conflict
from shared.contracts.jobs import Job, JobProgress, JobResult, JobType, P, R, S
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.rpc import ErrorInfo
from shared.contracts.states import ACTIVE, TERMINAL, Control, JobState, sources
from shared.jobs.model import from_document, to_document
from shared.jobs.outcomes import LeaseLost
from shared.jobs.queries import J, JobQueries, collection_of
from shared.store import Duplicate, Store, Value

Clock = Callable[[], datetime]


class JobRepository(JobQueries):
    """`lease_seconds`: a worker that has not renewed for so long has lost the job."""

    def __init__(self, store: Store, now: Clock, lease_seconds: float) -> None:
        super().__init__(store)
        self._now = now
        self._lease = timedelta(seconds=lease_seconds)

    async def create(self, job: J) -> tuple[J, bool]:
        """The job and whether it is new: the same idempotency key gives the first one again.

        Raises `Conflict` when the key was used for something else.
        """
        try:
            await self._store.insert(collection_of(job), to_document(job))
        except Duplicate:
            document = await self._find_key(collection_of(job), job.owner, job.idempotency_key)
            if document is None:
                raise
            known = type(job).model_validate(document)
            if known.spec != job.spec:
                raise Conflict(
                    "This Idempotency-Key was used for another request.", hint="Use a new key for a new request."
                ) from None
            return known, False
        return job, True

    async def claim(self, job_type: JobType[S, P, R], id: str, worker: str) -> Job[S, P, R] | None:
        """Take a queued job: the one place where a lease token is handed out. None if it is not claimable."""
        now = self._now()
        first: dict[str, Value] = {"started_at": now}
        # A first claim also sets `started_at`; only a job that ran before needs the second try.
        return await self._claim(job_type, {"id": id, "started_at": None}, worker, now, first) or await self._claim(
            job_type, {"id": id}, worker, now, {}
        )

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
            {**where, "state": JobState.QUEUED.value, "available_at": {"$lte": now}},
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
        """Keep the lease, and see what the user last asked for. A renewal makes no new revision: no client sees it."""
        return await self._fenced(job, {"lease.expires_at": self._now() + self._lease}, revise=False)

    async def progress(self, job: J, progress: JobProgress | None = None) -> J:
        """A new revision, with the progress if there is one."""
        return await self._fenced(job, {"progress": progress.model_dump()} if progress else {})

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
        """With an error the job pauses by itself, else because it was asked to.

        Raises `LeaseLost` also where the user has asked for something else since.
        """
        asked = Control.PAUSE.value if error is None else job.control
        changes: dict[str, Value] = {"error": error.model_dump() if error else None}
        return await self._leave(job, JobState.PAUSED, progress, changes, {"control": asked})

    async def requeue(
        self,
        job: J,
        *,
        after: float = 0.0,
        failed: bool,
        progress: JobProgress | None = None,
        error: ErrorInfo | None = None,
    ) -> J:
        """Give the job back. `failed` counts it against the kind's limit; a shutdown does not."""
        changes: dict[str, Value] = {
            "available_at": self._now() + timedelta(seconds=after),
            "error": error.model_dump() if error else None,
        }
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
        """A write that only the holder of the lease can make. Raises `LeaseLost`."""
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
        """Record what the user wants. A waiting job obeys here and now; a running one is told through its worker.

        Raises `Conflict` when the job is in no state to obey.
        """
        now = self._now()
        target = JobState.PAUSED if control is Control.PAUSE else JobState.CANCELLED
        ended: dict[str, Value] = {"finished_at": now, "control": None} if target in TERMINAL else {}
        obeyed: dict[str, Value] = {"state": target.value, "updated_at": now, **ended}
        if control is Control.STOP and job.attempt:
            # It has something to keep: a worker must take it once more to make a voice of it.
            obeyed = {"state": JobState.QUEUED.value, "control": control.value, "available_at": now, "updated_at": now}
        allowed = sources(target, pausable=JOB_TYPES[job.kind].pausable)
        idle = [state.value for state in allowed if state is not JobState.RUNNING]
        tries: list[tuple[dict[str, Value], dict[str, Value]]] = [({"state": {"$in": idle}}, obeyed)]
        if JobState.RUNNING in allowed:
            running: dict[str, Value] = {"state": JobState.RUNNING.value}
            if control is Control.CANCEL:  # its worker is dead: fencing keeps it from writing, should it wake
                gone: dict[str, Value] = {**running, "lease.expires_at": {"$lt": now}}
                tries.append((gone, {**obeyed, "lease.worker": None, "lease.expires_at": None}))
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
        """Have a job that waits after a failure tried again now, counting from none."""
        now = self._now()
        changes: dict[str, Value] = {"available_at": now, "updated_at": now, "failures": 0, "failed_at": -1.0}
        changed = await self._change(job, {"state": JobState.QUEUED.value}, changes)
        if changed is None:
            raise Conflict(f"The job is {job.state}: only one that waits or has failed can be tried again.")
        return changed

    async def limit_bandwidth(self, job: J, bandwidth: int | None) -> J:
        """Its worker learns of it with the next heartbeat, or when it is poked."""
        active: dict[str, Value] = {"state": {"$in": [state.value for state in sorted(ACTIVE)]}}
        changed = await self._change(job, active, {"bandwidth": bandwidth, "updated_at": self._now()})
        if changed is None:
            raise Conflict(f"The job is {job.state}: it moves no more bytes.")
        return changed

    async def forget(self, job: Job) -> None:
        """Remove the document of a job that has ended; whoever keeps more of it removes that first."""
        ended = [state.value for state in sorted(TERMINAL)]
        await self._store.delete(collection_of(job), {"id": job.id, "state": {"$in": ended}})

    async def _change(self, job: J, where: dict[str, Value], changes: dict[str, Value]) -> J | None:
        document = await self._store.update(
            collection_of(job), {"id": job.id, **where}, {"$set": changes, "$inc": {"revision": 1}}
        )
        return type(job).model_validate(document) if document else None

    async def recover(self, job: J, *, limit: int, lost: ErrorInfo) -> J | None:
        """Take a job from the worker that held it as it is here: queued again, or failed once the limit is reached.

        None if that worker has renewed its lease since, or another sweeper was faster.
        """
        now = self._now()
        over = job.failures_now(job.progress.fraction) >= limit
        state = JobState.FAILED if over else JobState.QUEUED
        if job.control is Control.CANCEL:
            over, state = False, JobState.CANCELLED  # nobody is left to obey, and nothing is left to do
        changes: dict[str, Value] = {
            "state": state.value,
            "lease.worker": None,
            "lease.expires_at": None,
            "failures": job.failures_now(job.progress.fraction),
            "failed_at": job.progress.fraction,
            "available_at": now,
            "updated_at": now,
            **({"error": lost.model_dump()} if over else {}),
            **({"finished_at": now, "control": None} if state in TERMINAL else {}),
        }
        where: dict[str, Value] = {
            "state": JobState.RUNNING.value,
            "lease.token": job.lease.token,
            "lease.expires_at": job.lease.expires_at,
        }
        return await self._change(job, where, changes)
