"""A store whose every call is a span `store.<operation>`. Costs next to nothing where no tracer is configured."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager

from opentelemetry import trace

from shared.store.port import Change, Document, Filter, Page, Sort, Store, Value


class TracedStore:
    """See `port.Store`. `system` is OpenTelemetry's name for the database: `sqlite` or `mongodb`."""

    def __init__(self, inner: Store, system: str) -> None:
        self._inner = inner
        self._system = system

    async def insert(self, collection: str, document: Document) -> None:
        with self._span("insert", collection):
            await self._inner.insert(collection, document)

    async def get(self, collection: str, id: str) -> dict[str, Value] | None:
        with self._span("get", collection):
            return await self._inner.get(collection, id)

    async def find(
        self,
        collection: str,
        filter: Filter | None = None,
        *,
        sort: Sort = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        with self._span("find", collection):
            return await self._inner.find(collection, filter, sort=sort, limit=limit, cursor=cursor)

    async def count(self, collection: str, filter: Filter | None = None) -> int:
        with self._span("count", collection):
            return await self._inner.count(collection, filter)

    async def update(
        self, collection: str, filter: Filter, change: Change, *, sort: Sort = ()
    ) -> dict[str, Value] | None:
        with self._span("update", collection):
            return await self._inner.update(collection, filter, change, sort=sort)

    async def upsert(self, collection: str, id: str, change: Change) -> dict[str, Value]:
        with self._span("upsert", collection):
            return await self._inner.upsert(collection, id, change)

    async def delete(self, collection: str, filter: Filter) -> int:
        with self._span("delete", collection):
            return await self._inner.delete(collection, filter)

    async def append_many(self, collection: str, documents: Sequence[Document]) -> None:
        with self._span("append_many", collection):
            await self._inner.append_many(collection, documents)

    async def ping(self) -> None:
        with self._span("ping", None):
            await self._inner.ping()

    async def close(self) -> None:
        await self._inner.close()

    def _span(self, operation: str, collection: str | None) -> AbstractContextManager[trace.Span]:
        attributes = {"db.system": self._system, "db.operation.name": operation}
        if collection is not None:
            attributes["db.collection.name"] = collection
        # Asked for at each call: the provider may be configured after this module was imported.
        tracer = trace.get_tracer("sokhan.store")
        return tracer.start_as_current_span(f"store.{operation}", kind=trace.SpanKind.CLIENT, attributes=attributes)
