"""A store that forwards every call: the base of the tracing store and of the connecting store."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AbstractContextManager

from shared.store.port import Change, Document, Filter, Page, Sort, Store, Value


class ForwardingStore(ABC):
    """See `port.Store`."""

    @abstractmethod
    def _call(self, operation: str, collection: str | None) -> AbstractContextManager[Store]:
        """A context around each call; it gives the store to forward to."""

    async def insert(self, collection: str, document: Document) -> None:
        with self._call("insert", collection) as store:
            await store.insert(collection, document)

    async def get(self, collection: str, id: str) -> dict[str, Value] | None:
        with self._call("get", collection) as store:
            return await store.get(collection, id)

    async def find(
        self,
        collection: str,
        filter: Filter | None = None,
        *,
        sort: Sort = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        with self._call("find", collection) as store:
            return await store.find(collection, filter, sort=sort, limit=limit, cursor=cursor)

    async def count(self, collection: str, filter: Filter | None = None) -> int:
        with self._call("count", collection) as store:
            return await store.count(collection, filter)

    async def update(
        self, collection: str, filter: Filter, change: Change, *, sort: Sort = ()
    ) -> dict[str, Value] | None:
        with self._call("update", collection) as store:
            return await store.update(collection, filter, change, sort=sort)

    async def upsert(self, collection: str, id: str, change: Change) -> dict[str, Value]:
        with self._call("upsert", collection) as store:
            return await store.upsert(collection, id, change)

    async def delete(self, collection: str, filter: Filter) -> int:
        with self._call("delete", collection) as store:
            return await store.delete(collection, filter)

    async def append_many(self, collection: str, documents: Sequence[Document]) -> None:
        with self._call("append_many", collection) as store:
            await store.append_many(collection, documents)

    async def ping(self) -> None:
        with self._call("ping", None) as store:
            await store.ping()
