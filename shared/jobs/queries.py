"""Reads job documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TypeVar

from pydantic import ValidationError

from shared.contracts.errors import Forbidden, NotFound
from shared.contracts.jobs import Job, JobType, P, R, S, may_see_job
from shared.contracts.kinds import JOB_TYPES
from shared.contracts.owners import SOLE_OWNERS
from shared.contracts.states import ACTIVE, JobState
from shared.jobs.model import from_document
from shared.store import Document, Filter, Store, Value
from shared.store.paging import find_all
from shared.telemetry import get_logger

_LOG = get_logger("jobs")
J = TypeVar("J", bound=Job)
_PAGE = 500
# A sweep takes the jobs that have waited longest; the others follow when those have run.
_SWEEP_BATCH = 200


class JobQueries:
    """The queries of `JobRepository`. Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store) -> None:
        self._store = store

    async def by_key(self, job_type: JobType[S, P, R], owner: str, key: str | None) -> Job[S, P, R] | None:
        """The job that was accepted under this idempotency key."""
        document = await self._find_key(job_type.collection, owner, key)
        return from_document(job_type, document) if document else None

    async def _find_key(self, collection: str, owner: str, key: str | None) -> Document | None:
        if key is None:
            return None
        page = await self._store.find(collection, {"owner": owner, "idempotency_key": key}, limit=1)
        return page.items[0] if page.items else None

    async def count_active(self, job_type: JobType, owner: str) -> int:
        """The number of the owner's jobs that have not ended."""
        active = [state.value for state in sorted(ACTIVE)]
        return await self._store.count(job_type.collection, {"state": {"$in": active}, "owner": owner})

    async def count_in(self, job_type: JobType, state: JobState) -> int:
        """The number of jobs of everybody in this state."""
        return await self._store.count(job_type.collection, {"state": state.value})

    async def oldest_queued(self, job_type: JobType) -> datetime | None:
        """When the job that has waited longest became available; None for an empty queue."""
        queued: Filter = {"state": JobState.QUEUED.value}
        page = await self._store.find(job_type.collection, queued, sort=[("available_at", 1)], limit=1)
        available = page.items[0]["available_at"] if page.items else None
        return available if isinstance(available, datetime) else None

    async def get(self, job_type: JobType[S, P, R], id: str) -> Job[S, P, R] | None:
        document = await self._store.get(job_type.collection, id)
        return from_document(job_type, document) if document else None

    async def owned(self, job_type: JobType[S, P, R], id: str, owner: str) -> Job[S, P, R]:
        """The owner's job with this id, to change it.

        Raises `NotFound`, also for another owner's private job, `Forbidden` for one that is shared with this owner.
        """
        job = await self.visible(job_type, id, owner)
        if owner not in {job.owner, *SOLE_OWNERS}:
            raise Forbidden(f"This {job_type.kind} job is shared with you; its owner changes it.")
        return job

    async def visible(self, job_type: JobType[S, P, R], id: str, owner: str) -> Job[S, P, R]:
        """The job with this id, to read it: the owner's, or a shared one. Raises `NotFound` for any other."""
        job = await self.get(job_type, id)
        if job is None or not may_see_job(owner, job):
            raise NotFound(f"There is no {job_type.kind} job with the id {id}.")
        return job

    async def page(
        self,
        job_type: JobType[S, P, R],
        owner: str,
        *,
        states: Sequence[JobState] = (),
        shared: bool = False,
        limit: int = 50,
        cursor: str | None = None,
    ) -> tuple[list[Job[S, P, R]], str | None]:
        """One page of the owner's jobs, or with `shared` of everybody's shared ones, newest first, and the cursor of
        the next page. A document that cannot be read is left out.
        """
        where: dict[str, Value] = {"visibility": "shared"} if shared else _of(owner)
        if states:
            where["state"] = {"$in": [state.value for state in states]}
        found = await self._store.find(
            job_type.collection, where, sort=[("created_at", -1)], limit=limit, cursor=cursor
        )
        return [job for item in found.items if (job := _readable(job_type, item)) is not None], found.next

    async def reload(self, job: J) -> J:
        """The job as it is now. Raises `NotFound`."""
        document = await self._store.get(collection_of(job), job.id)
        if document is None:
            raise NotFound(f"There is no {job.kind} job with the id {job.id}.")
        return type(job).model_validate(document)

    async def position(self, job: Job) -> int:
        """The queue position of the job among those of its kind and owner, by time, from 1."""
        earlier: dict[str, Value] = {
            **_of(job.owner),
            "state": JobState.QUEUED.value,
            "available_at": {"$lt": job.available_at},
        }
        return 1 + await self._store.count(collection_of(job), earlier)

    async def active(
        self, job_type: JobType[S, P, R], where: Mapping[str, Value], *, limit: int = 200
    ) -> list[Job[S, P, R]]:
        """The queued, running or paused jobs that match, oldest first."""
        states = [state.value for state in sorted(ACTIVE)]
        page = await self._store.find(
            job_type.collection, {"state": {"$in": states}, **where}, sort=[("created_at", 1)], limit=limit
        )
        return [job for item in page.items if (job := _readable(job_type, item)) is not None]

    async def active_of(self, job_type: JobType[S, P, R], owner: str) -> list[Job[S, P, R]]:
        """The owner's queued, running or paused jobs, oldest first."""
        return await self.active(job_type, _of(owner))

    async def all_of(self, job_type: JobType[S, P, R], owner: str) -> list[Job[S, P, R]]:
        """Every job of this owner, the earliest first."""
        return await self._all(job_type, {"owner": owner}, "created_at")

    async def all_active(
        self, job_type: JobType[S, P, R], where: Mapping[str, Value] | None = None
    ) -> list[Job[S, P, R]]:
        """Every queued, running or paused job that matches, whatever their number."""
        states = [state.value for state in sorted(ACTIVE)]
        return await self._all(job_type, {"state": {"$in": states}, **(where or {})}, "created_at")

    async def completed_since(self, job_type: JobType[S, P, R], owner: str, since: datetime) -> int:
        """The number of this owner's jobs that have completed since `since`."""
        where: Filter = {**_of(owner), "state": JobState.COMPLETED.value, "finished_at": {"$gte": since}}
        return await self._store.count(job_type.collection, where)

    async def ended_since(self, job_type: JobType[S, P, R], owner: str, since: datetime) -> list[Job[S, P, R]]:
        """This owner's jobs that have ended since `since`, the earliest first."""
        return await self._all(job_type, {"owner": owner, "finished_at": {"$gte": since}}, "finished_at")

    async def newest(self, job_type: JobType[S, P, R], where: Mapping[str, Value]) -> Job[S, P, R] | None:
        page = await self._store.find(job_type.collection, where, sort=[("created_at", -1)], limit=1)
        return _readable(job_type, page.items[0]) if page.items else None

    async def in_state(self, job_type: JobType[S, P, R], state: JobState) -> list[Job[S, P, R]]:
        """All jobs in the state, by the time at which they became available."""
        return await self._all(job_type, {"state": state.value}, "available_at")

    async def _all(self, job_type: JobType[S, P, R], where: Filter, by: str) -> list[Job[S, P, R]]:
        items = await find_all(self._store, job_type.collection, where, sort=[(by, 1)], page=_PAGE)
        return [job for item in items if (job := _readable(job_type, item)) is not None]

    async def waiting_since(self, job_type: JobType[S, P, R], before: datetime) -> list[Job[S, P, R]]:
        where: Filter = {"state": JobState.QUEUED.value, "available_at": {"$lt": before}}
        page = await self._store.find(job_type.collection, where, sort=[("available_at", 1)], limit=_SWEEP_BATCH)
        return [job for item in page.items if (job := _readable(job_type, item)) is not None]


def _of(owner: str) -> dict[str, Value]:
    """The filter of an owner's jobs. Without accounts, every job is the sole owner's, whoever made it."""
    return {} if owner in SOLE_OWNERS else {"owner": owner}


def collection_of(job: Job) -> str:
    return JOB_TYPES[job.kind].collection


def _readable(job_type: JobType[S, P, R], document: Document) -> Job[S, P, R] | None:
    """None for a document that cannot be read (edited by hand, from a newer version): the other jobs must go on."""
    try:
        return from_document(job_type, document)
    except ValidationError as error:
        _LOG.error("job_unreadable", job_id=document.get("id"), reason=str(error.errors()[0]["msg"]))
        return None
