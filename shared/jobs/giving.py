"""Gives the jobs of one owner to another, such as those of an installation that gets accounts."""

from __future__ import annotations

from shared.contracts.kinds import JOB_TYPES
from shared.store import Duplicate, Filter, Store
from shared.store.port import Change


async def give_jobs(store: Store, giver: str, receiver: str) -> dict[str, int]:
    """Give every job of `giver` to `receiver`. Returns their number by kind. Repeating it changes nothing more.

    An idempotency key that the receiver has used, too, is dropped. Raises `Unavailable`.
    """
    return {
        kind.value: await _give(store, job_type.collection, giver, receiver) for kind, job_type in JOB_TYPES.items()
    }


async def _give(store: Store, collection: str, giver: str, receiver: str) -> int:
    theirs: Filter = {"owner": giver}
    change: Change = {"$set": {"owner": receiver}}
    count = 0
    while True:
        try:
            document = await store.update(collection, theirs, change, sort=[("created_at", 1)])
        except Duplicate:
            await store.update(collection, theirs, {"$unset": {"idempotency_key": ""}}, sort=[("created_at", 1)])
            continue
        if document is None:
            return count
        count += 1
