"""Who may see a job, and who may change it. Pure."""

from __future__ import annotations

from shared.contracts.access import Visibility
from shared.contracts.owners import SOLE_OWNERS
from shared.store import Value


def may_change_job(viewer: str, owner: str) -> bool:
    """Whether the job is this viewer's. A sole owner's are all."""
    return viewer in SOLE_OWNERS or viewer == owner


def may_see_job(viewer: str, owner: str, visibility: Visibility) -> bool:
    return visibility == "shared" or may_change_job(viewer, owner)


def jobs_of(viewer: str) -> dict[str, Value]:
    """The filter for the jobs that a viewer may change."""
    return {} if viewer in SOLE_OWNERS else {"owner": viewer}


def jobs_shared_with(viewer: str) -> dict[str, Value]:
    """The filter for the shared jobs of others; for a sole owner, for all shared jobs."""
    others: dict[str, Value] = {} if viewer in SOLE_OWNERS else {"owner": {"$ne": viewer}}
    return {"visibility": "shared", **others}
