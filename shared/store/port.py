"""The Store port: a small, documented subset of MongoDB's query language, and what both adapters promise.

A document is a flat-or-nested mapping with a string `id`, unique in its collection. Values are None, bool,
64-bit int, float, str, bytes, timezone-aware datetime (kept in UTC at millisecond resolution, which is what
MongoDB keeps), lists and string-keyed mappings of these.

Filters: equality, `$in $lt $lte $gt $gte $ne $exists`, dotted paths; several conditions are all required.
Changes: `$set $unset $inc`, dotted paths. Anything else is refused by both adapters with `UnsupportedQuery`,
a value outside the model above with `Validation`.

What a filter means, on both adapters alike (the first line departs from MongoDB, the others are its rules):

- A path never reaches into a list, and a list is never equal to, less or greater than anything.
- `{"a": None}` matches null and missing; `$ne` is the opposite of equality; `$exists` tells null from missing.
- `True` is not 1. Numbers compare by value, whether int or float.
- `$lt $lte $gt $gte` take a number, a string or a datetime and match values of that kind only.
- Sorting goes null or missing, numbers, strings (by code point), bytes, booleans, datetimes. Where lists or
  mappings fall is not defined, and a page cannot end on one.
- In a unique index null and missing are a value like any other.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.contracts.errors import Conflict, SokhanError, Unavailable

Scalar = None | bool | int | float | str | bytes | datetime
Value = Scalar | Sequence["Value"] | Mapping[str, "Value"]
Document = Mapping[str, Value]
Filter = Mapping[str, Value]
Change = Mapping[str, Mapping[str, Value]]
Sort = Sequence[tuple[str, int]]
"""Fields with 1 (ascending) or -1 (descending). `id` is always added as the last tie-breaker."""


class StoreUnavailable(Unavailable):
    """The store does not answer; the caller may try again."""


class Duplicate(Conflict):
    """A unique index refused the write."""

    def __init__(self, collection: str, fields: Sequence[str]) -> None:
        super().__init__(f"{collection}: a document with the same {', '.join(fields)} exists already")
        self.collection = collection
        self.fields = tuple(fields)


class UnsupportedQuery(SokhanError):
    """A filter or a change outside the documented subset: a bug of the caller."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of `find`. `next` is an opaque cursor, None on the last page."""

    items: list[dict[str, Value]]
    next: str | None


class Store(Protocol):
    """What every service may ask of the store. Each call is one atomic, durable operation.

    Raises `StoreUnavailable` where the store cannot be reached, `Duplicate` where a unique index says no.
    """

    async def insert(self, collection: str, document: Document) -> None: ...

    async def get(self, collection: str, id: str) -> dict[str, Value] | None: ...

    async def find(
        self,
        collection: str,
        filter: Filter | None = None,
        *,
        sort: Sort = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        """Pages by position in the sort order, not by offset: rows inserted meanwhile are neither skipped nor doubled.

        `limit` is 1 to 10,000. Raises `Validation` for a cursor that this list, so sorted, did not hand out.
        """
        ...

    async def count(self, collection: str, filter: Filter | None = None) -> int: ...

    async def update(
        self, collection: str, filter: Filter, change: Change, *, sort: Sort = ()
    ) -> dict[str, Value] | None:
        """Change the first match (any one without `sort`), atomically; the document after, or None if none matched."""
        ...

    async def upsert(self, collection: str, id: str, change: Change) -> dict[str, Value]:
        """Change the document with this id, made first where it is missing; the document after the change."""
        ...

    async def delete(self, collection: str, filter: Filter) -> int:
        """Delete every match; how many there were."""
        ...

    async def append_many(self, collection: str, documents: Sequence[Document]) -> None:
        """Write many documents in one transaction where the store has one; an id that exists is replaced."""

    async def ping(self) -> None: ...

    async def close(self) -> None: ...
