"""The collection `audit`: who did what to what, from where, with which credential, when, and the outcome.

Documents are added and read, never changed; only their age removes them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict

from shared.store import Store
from shared.store.port import Value

_COLLECTION = "audit"
_PAGE = 1000
Outcome = Literal["done", "refused", "failed"]
"""`refused`: by a rule or because of the request itself (4xx); `failed`: by a fault of the platform (5xx)."""


class AuditEntry(BaseModel):
    """One request. `owner`: the account, None without one; `route`: method and template of the path, `path`: the path
    with its ids, without the query; `code`: the error's code.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    id: str
    created_at: AwareDatetime
    owner: str | None
    session: str | None = None
    key: str | None = None
    address: str | None = None
    route: str
    path: str
    status: int
    code: str | None = None
    outcome: Outcome
    request_id: str
    milliseconds: float = 0.0


@dataclass(frozen=True, slots=True)
class AuditQuery:
    """All given conditions must match. `since` is included, `until` is not."""

    owner: str | None = None
    route: str | None = None
    outcome: Outcome | None = None
    since: datetime | None = None
    until: datetime | None = None

    def filter(self) -> dict[str, Value]:
        equal = {"owner": self.owner, "route": self.route, "outcome": self.outcome}
        found: dict[str, Value] = {name: value for name, value in equal.items() if value is not None}
        times: dict[str, Value] = {}
        if self.since is not None:
            times["$gte"] = self.since
        if self.until is not None:
            times["$lt"] = self.until
        return found | {"created_at": times} if times else found


class AuditRepository:
    """Every method raises `Unavailable` while the store does not answer."""

    def __init__(self, store: Store, now: Callable[[], datetime]) -> None:
        self._store = store
        self._now = now

    async def append(self, entries: Sequence[AuditEntry]) -> None:
        await self._store.append_many(_COLLECTION, [entry.model_dump() for entry in entries])

    async def page(self, query: AuditQuery, limit: int, cursor: str | None) -> tuple[list[AuditEntry], str | None]:
        """The newest first, and the cursor of the next page."""
        found = await self._store.find(
            _COLLECTION, query.filter(), sort=[("created_at", -1)], limit=limit, cursor=cursor
        )
        return [AuditEntry.model_validate(item) for item in found.items], found.next

    async def every(self, query: AuditQuery) -> AsyncIterator[list[AuditEntry]]:
        """All entries that match, the newest first, in pages."""
        cursor: str | None = None
        while True:
            entries, cursor = await self.page(query, _PAGE, cursor)
            yield entries
            if cursor is None:
                return

    async def prune(self, age: timedelta) -> int:
        """Delete entries that are older. Returns their number."""
        return await self._store.delete(_COLLECTION, {"created_at": {"$lt": self._now() - age}})
