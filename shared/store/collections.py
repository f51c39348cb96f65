"""The collections and their indexes, declared once for both adapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from shared.contracts.kinds import JOB_TYPES
from shared.store.port import Filter, Sort


@dataclass(frozen=True, slots=True)
class Index:
    """`where` makes it partial: equality and `$exists: true` only, which both stores can express.

    Both adapters append `id` to an index that is not unique, so that the index alone gives a sorted page.
    A changed index needs a new name and a migration.
    """

    name: str
    fields: Sort
    unique: bool = False
    where: Filter = field(default_factory=dict)


_JOB_INDEXES = (
    Index("owner_created", (("owner", 1), ("created_at", -1))),
    Index("created", (("created_at", -1),)),
    Index("visibility_created", (("visibility", 1), ("created_at", -1))),
    Index("owner_finished", (("owner", 1), ("finished_at", 1))),
    # The place of a job in its owner's queue.
    Index("owner_state_available", (("owner", 1), ("state", 1), ("available_at", 1))),
    Index("state_available", (("state", 1), ("available_at", 1))),
    Index("state_lease", (("state", 1), ("lease.expires_at", 1))),
    Index(
        "idempotency", (("owner", 1), ("idempotency_key", 1)), unique=True, where={"idempotency_key": {"$exists": True}}
    ),
)

COLLECTIONS: Mapping[str, tuple[Index, ...]] = {
    # Metadata of the store: one document, "schema", with the version and the lease of the migrating process.
    "meta": (),
    "accounts": (),
    "sessions": (Index("owner", (("owner", 1),)), Index("expires", (("expires_at", 1),))),
    "api_keys": (Index("owner", (("owner", 1),)),),
    "invitations": (Index("expires", (("expires_at", 1),)),),
    "login_failures": (Index("last", (("last_at", 1),)),),
    "settings": (),
    "calibrations": (),
    "catalog": (),
    "assets": (
        Index("path", (("path", 1),), unique=True),
        Index("kind_name", (("kind", 1), ("name", 1))),
    ),
    **{job_type.collection: _JOB_INDEXES for job_type in JOB_TYPES.values()},
    "training_metrics": (Index("run_step", (("run", 1), ("step", 1)), unique=True),),
    # Lowest and highest value of each metric in every 512 steps: charts of long runs are chosen from them (ADR 12).
    "training_curves": (Index("run_block", (("run", 1), ("block", 1)), unique=True),),
    "training_logs": (Index("run_seq", (("run", 1), ("seq", 1)), unique=True),),
    "checkpoints": (Index("run_step", (("run", 1), ("step", 1)), unique=True),),
    "tickets": (Index("expires", (("expires_at", 1),)),),
    "counters": (Index("expires", (("expires_at", 1),)),),
    "webhooks": (Index("owner", (("owner", 1),)),),
    "deliveries": (
        Index("webhook_created", (("webhook", 1), ("created_at", -1))),
        Index("state_next", (("state", 1), ("next_at", 1))),
    ),
    "audit": (
        Index("owner_created", (("owner", 1), ("created_at", -1))),
        Index("created", (("created_at", -1),)),
    ),
}
