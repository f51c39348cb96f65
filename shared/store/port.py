"""The interface of the store: a small subset of MongoDB's query language, with the guarantees of both adapters.

A document is a flat-or-nested mapping with a string `id`, unique in its collection. Values are None, bool,
64-bit int, float, str, bytes, timezone-aware datetime (stored in UTC at MongoDB's resolution of a millisecond),
lists and string-keyed mappings of these.

Filters: equality, `$in $lt $lte $gt $gte $ne $exists`, dotted paths; several conditions are all required.
Changes: `$set $unset $inc`, dotted paths. Anything else is refused by both adapters with `UnsupportedQuery`,
a value outside the model above with `Validation`.

The semantics of a filter on both adapters (the first rule departs from MongoDB, the others are MongoDB's):

- A path does not enter a list, and a list does not compare equal, less or greater.
- `{"a": None}` matches null and missing; `$ne` negates equality; `$exists` distinguishes null from missing.
- `True` is not 1. Numbers compare by value, whether int or float.
- `$lt $lte $gt $gte` take a number, a string or a datetime and match values of that kind only.
- The sort order is null or missing, numbers, strings (by code point), bytes, booleans, datetimes. The position of
  lists and mappings is not defined, and a page cannot end on one.
- In a unique index null and missing count as a value.
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
    """The operations of a store. Each call is one atomic, durable operation.

    Raises `StoreUnavailable` if the store does not answer, `Duplicate` if a unique index refuses the write.
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
        """One page. The cursor is a position in the sort order, not an offset: inserts between two pages neither skip
        nor repeat a document.

        `limit` is 1 to 10,000. Raises `Validation` for a cursor of another filter or sort.
        """
        ...

    async def count(self, collection: str, filter: Filter | None = None) -> int: ...

    async def update(
        self, collection: str, filter: Filter, change: Change, *, sort: Sort = ()
    ) -> dict[str, Value] | None:
        """Change the first match (any match without `sort`). Returns the changed document, None without a match."""
        ...

    async def upsert(self, collection: str, id: str, change: Change) -> dict[str, Value]:
        """Change the document with this id; create it if it is missing. Returns the document after the change."""
        ...

    async def delete(self, collection: str, filter: Filter) -> int:
        """Delete every match. Returns their number."""
        ...

    async def append_many(self, collection: str, documents: Sequence[Document]) -> None:
        """Insert or replace many documents, in one transaction if the store supports it."""

    async def ping(self) -> None: ...

    async def close(self) -> None: ...
