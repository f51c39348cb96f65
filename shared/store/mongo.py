"""The production store: MongoDB through PyMongo's asyncio client. A document's `id` is stored as `_id`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import cast

from bson.int64 import Int64
from pymongo import IndexModel, ReplaceOne, ReturnDocument, WriteConcern
from pymongo.asynchronous.collection import AsyncCollection
from pymongo.errors import BulkWriteError, DuplicateKeyError

from shared.store.changes import Edit, parse_change
from shared.store.collections import COLLECTIONS, Index
from shared.store.cursor import make_cursor, read_cursor
from shared.store.mongo_client import WRITE_MS, Raw, connect, hosts_of
from shared.store.mongo_errors import is_duplicate_id, translated
from shared.store.mongo_query import after, compile_edit, compile_filter, sort_of
from shared.store.port import Change, Document, Filter, Page, Sort, Value
from shared.store.query import check_collection, check_limit, parse_filter, parse_sort
from shared.store.values import normal_document


class MongoStore:
    """See `port.Store`. Bound to the event loop of its first call."""

    system = "mongodb"

    def __init__(self, url: str, collections: Mapping[str, tuple[Index, ...]] = COLLECTIONS) -> None:
        """Does not connect yet. The database is the URL's, else `sokhan`. Raises `ValueError` for a bad URL."""
        self._hosts = hosts_of(url)
        if not self._hosts:
            raise ValueError("The store URL names no MongoDB host.")
        self._collections = collections
        self._client = connect(url, self._hosts)
        self._database = self._client.get_default_database("sokhan").with_options(
            # `j`: a server without a replica set acknowledges `majority` before it has written its journal.
            write_concern=WriteConcern("majority", wtimeout=WRITE_MS, j=True)
        )

    async def prepare(self, collections: Mapping[str, tuple[Index, ...]]) -> None:
        for name, indexes in collections.items():
            if indexes:
                async with translated(self._hosts, name, indexes):
                    await self._database[name].create_indexes([_index_model(index) for index in indexes])

    async def insert(self, collection: str, document: Document) -> None:
        raw = _to_raw(normal_document(document))
        async with self._call(collection):
            await self._raw(collection).insert_one(raw)

    async def get(self, collection: str, id: str) -> dict[str, Value] | None:
        async with self._call(collection):
            return _from_raw(await self._raw(collection).find_one({"_id": id}))

    async def find(
        self,
        collection: str,
        filter: Filter | None = None,
        *,
        sort: Sort = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        query, order = compile_filter(parse_filter(filter)), parse_sort(sort)
        check_limit(limit)
        if cursor is not None:
            query = {"$and": [query, after(order, read_cursor(order, cursor))]}
        async with self._call(collection):
            # One document more than the limit shows whether there is another page.
            found = self._raw(collection).find(query, sort=sort_of(order), limit=limit + 1)
            items = [_document(raw) for raw in await found.to_list()]
        more = len(items) > limit
        return Page(items[:limit], make_cursor(order, items[limit - 1]) if more else None)

    async def count(self, collection: str, filter: Filter | None = None) -> int:
        query = compile_filter(parse_filter(filter))
        async with self._call(collection):
            return await self._raw(collection).count_documents(query)

    async def update(
        self, collection: str, filter: Filter, change: Change, *, sort: Sort = ()
    ) -> dict[str, Value] | None:
        query, edit = compile_filter(parse_filter(filter)), compile_edit(parse_change(change))
        order = sort_of(parse_sort(sort)) if sort else None
        async with self._call(collection):
            return _from_raw(
                await self._raw(collection).find_one_and_update(
                    query, edit, sort=order, return_document=ReturnDocument.AFTER
                )
            )

    async def upsert(self, collection: str, id: str, change: Change) -> dict[str, Value]:
        normal_document({"id": id})
        edit = parse_change(change)
        async with self._call(collection):
            try:
                return await self._upsert(collection, id, edit)
            except DuplicateKeyError as error:
                if not is_duplicate_id(error):
                    raise
                return await self._upsert(collection, id, edit)

    async def delete(self, collection: str, filter: Filter) -> int:
        query = compile_filter(parse_filter(filter))
        async with self._call(collection):
            return (await self._raw(collection).delete_many(query)).deleted_count

    async def append_many(self, collection: str, documents: Sequence[Document]) -> None:
        # Unordered, so that one refusal does not block the rest. Then only the last of two equal ids may be sent.
        last = {str(normal["id"]): normal for normal in map(normal_document, documents)}
        requests = [ReplaceOne({"_id": key}, _to_raw(normal), upsert=True) for key, normal in last.items()]
        check_collection(self._collections, collection)
        if not requests:
            return
        async with self._call(collection):
            try:
                await self._raw(collection).bulk_write(requests, ordered=False)
            except BulkWriteError as error:
                if not is_duplicate_id(error):
                    raise
                await self._raw(collection).bulk_write(requests, ordered=False)

    async def ping(self) -> None:
        async with translated(self._hosts):
            await self._database.command("ping")

    async def close(self) -> None:
        async with translated(self._hosts):
            await self._client.close()

    async def _upsert(self, collection: str, id: str, edit: Edit) -> dict[str, Value]:
        raw = await self._raw(collection).find_one_and_update(
            {"_id": id}, compile_edit(edit), upsert=True, return_document=ReturnDocument.AFTER
        )
        assert raw is not None
        return _document(raw)

    def _call(self, collection: str) -> AbstractAsyncContextManager[None]:
        check_collection(self._collections, collection)
        return translated(self._hosts, collection, self._collections[collection])

    def _raw(self, collection: str) -> AsyncCollection[Raw]:
        return self._database[collection]


def _index_model(index: Index) -> IndexModel:
    fields = list(index.fields) if index.unique else [*index.fields, ("_id", 1)]
    options = {"partialFilterExpression": dict(index.where)} if index.where else {}
    return IndexModel(fields, name=index.name, unique=index.unique, **options)


def _to_raw(document: dict[str, Value]) -> Raw:
    return {"_id": document["id"], **{key: value for key, value in document.items() if key != "id"}}


def _from_raw(raw: Raw | None) -> dict[str, Value] | None:
    return None if raw is None else _document(raw)


def _document(raw: Raw) -> dict[str, Value]:
    return {"id" if key == "_id" else key: _value(value) for key, value in raw.items()}


def _value(value: object) -> Value:
    if isinstance(value, Int64):
        return int(value)
    if isinstance(value, dict):
        return {key: _value(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_value(item) for item in value]
    return cast("Value", value)
