"""The embedded store: one SQLite file in WAL mode, shared by the services of one box."""
# ruff: noqa: S608 - table names are constants, fields are checked paths, values are bound

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar, cast

from shared.contracts.errors import TooLarge
from shared.store import codec
from shared.store import sqlite_sql as sql
from shared.store.changes import apply_edit, parse_change
from shared.store.collections import COLLECTIONS, Index
from shared.store.cursor import make_cursor, read_cursor
from shared.store.port import Change, Document, Duplicate, Filter, Page, Sort, Value
from shared.store.query import check_collection, check_limit, parse_filter, parse_sort
from shared.store.sqlite_thread import SqliteThread, write
from shared.store.values import MAX_BYTES, normal_document

T = TypeVar("T")


class SqliteStore:
    """See `port.Store`. Many tasks of a process may share one object; each process opens its own."""

    system = "sqlite"

    def __init__(self, path: Path, collections: Mapping[str, tuple[Index, ...]] = COLLECTIONS) -> None:
        self._thread = SqliteThread(path)
        self._collections = collections

    async def open(self) -> None:
        """Open the file. Raises `StoreUnavailable` if that fails."""
        await self._thread.open()

    async def prepare(self, collections: Mapping[str, tuple[Index, ...]]) -> None:
        def work(connection: sqlite3.Connection) -> None:
            with write(connection):
                for name, indexes in collections.items():
                    connection.execute(sql.create_table(name))
                    for index in indexes:
                        connection.execute(sql.create_index(name, index))

        await self._thread.run(work)

    async def insert(self, collection: str, document: Document) -> None:
        row = _row(normal_document(document))

        def work(connection: sqlite3.Connection) -> None:
            with write(connection):
                connection.execute(f'INSERT INTO "{collection}" (id, doc) VALUES (?, ?)', row)

        await self._run(collection, work)

    async def get(self, collection: str, id: str) -> dict[str, Value] | None:
        def work(connection: sqlite3.Connection) -> dict[str, Value] | None:
            row = connection.execute(f'SELECT doc FROM "{collection}" WHERE id = ?', (codec.encode(id),)).fetchone()
            return _document(row[0]) if row else None

        return await self._run(collection, work)

    async def find(
        self,
        collection: str,
        filter: Filter | None = None,
        *,
        sort: Sort = (),
        limit: int = 100,
        cursor: str | None = None,
    ) -> Page:
        where, order = self._where(collection, filter), parse_sort(sort)
        if cursor is not None:
            sql.add_position(where, order, read_cursor(order, cursor))
        # One row more than the limit shows whether there is another page.
        statement = (
            f'SELECT doc FROM "{collection}" WHERE {where.sql()}'
            f" ORDER BY {sql.order_by(order)} LIMIT {check_limit(limit) + 1}"
        )

        def work(connection: sqlite3.Connection) -> Page:
            rows = connection.execute(statement, where.parameters).fetchall()
            items = [_document(row[0]) for row in rows[:limit]]
            return Page(items, make_cursor(order, items[-1]) if len(rows) > limit else None)

        return await self._run(collection, work)

    async def count(self, collection: str, filter: Filter | None = None) -> int:
        where = self._where(collection, filter)

        def work(connection: sqlite3.Connection) -> int:
            statement = f'SELECT count(*) FROM "{collection}" WHERE {where.sql()}'
            return cast("int", connection.execute(statement, where.parameters).fetchone()[0])

        return await self._run(collection, work)

    async def update(
        self, collection: str, filter: Filter, change: Change, *, sort: Sort = ()
    ) -> dict[str, Value] | None:
        where, edit = self._where(collection, filter), parse_change(change)
        order = f" ORDER BY {sql.order_by(parse_sort(sort))}" if sort else ""
        statement = f'SELECT doc FROM "{collection}" WHERE {where.sql()}{order} LIMIT 1'

        def work(connection: sqlite3.Connection) -> dict[str, Value] | None:
            with write(connection):
                row = connection.execute(statement, where.parameters).fetchone()
                if row is None:
                    return None
                changed = apply_edit(_document(row[0]), edit)
                _replace(connection, collection, changed)
            return changed

        return await self._run(collection, work)

    async def upsert(self, collection: str, id: str, change: Change) -> dict[str, Value]:
        new, edit = normal_document({"id": id}), parse_change(change)

        def work(connection: sqlite3.Connection) -> dict[str, Value]:
            with write(connection):
                statement = f'SELECT doc FROM "{collection}" WHERE id = ?'
                row = connection.execute(statement, (codec.encode(id),)).fetchone()
                changed = apply_edit(_document(row[0]) if row else new, edit)
                _replace(connection, collection, changed)
            return changed

        return await self._run(collection, work)

    async def delete(self, collection: str, filter: Filter) -> int:
        where = self._where(collection, filter)

        def work(connection: sqlite3.Connection) -> int:
            with write(connection):
                return connection.execute(f'DELETE FROM "{collection}" WHERE {where.sql()}', where.parameters).rowcount

        return await self._run(collection, work)

    async def append_many(self, collection: str, documents: Sequence[Document]) -> None:
        normal = [normal_document(document) for document in documents]

        def work(connection: sqlite3.Connection) -> None:
            with write(connection):
                for document in normal:
                    _replace(connection, collection, document)

        await self._run(collection, work)

    async def ping(self) -> None:
        await self._thread.run(lambda connection: connection.execute("SELECT count(*) FROM sqlite_schema").fetchone())

    async def close(self) -> None:
        await self._thread.close()

    def _where(self, collection: str, filter: Filter | None) -> sql.Where:
        return sql.compile_filter(parse_filter(filter), self._collections.get(collection, ()))

    async def _run(self, collection: str, work: Callable[[sqlite3.Connection], T]) -> T:
        check_collection(self._collections, collection)
        try:
            return await self._thread.run(work)
        except sqlite3.IntegrityError as error:
            raise Duplicate(collection, self._violated(collection, str(error))) from error

    def _violated(self, collection: str, message: str) -> tuple[str, ...]:
        """The fields of the violated index, from `UNIQUE constraint failed: index 'users__email'`.

        SQLite reports a repeated `id` by its column instead.
        """
        for index in self._collections[collection]:
            if f"'{sql.index_name(collection, index)}'" in message:
                return tuple(path for path, _ in index.fields)
        return ("id",)


def _replace(connection: sqlite3.Connection, collection: str, document: dict[str, Value]) -> None:
    # Not INSERT OR REPLACE: that deletes another document with the same unique key without an error.
    connection.execute(
        f'INSERT INTO "{collection}" (id, doc) VALUES (?, ?) ON CONFLICT (id) DO UPDATE SET doc = excluded.doc',
        _row(document),
    )


def _row(document: dict[str, Value]) -> tuple[str, str]:
    text = codec.dumps(document)
    if len(text.encode()) > MAX_BYTES:
        raise TooLarge(f"The document {document['id']!s:.80} is larger than {MAX_BYTES // 2**20} MiB.")
    return cast("str", codec.encode(document["id"])), text


def _document(text: str) -> dict[str, Value]:
    return cast("dict[str, Value]", codec.loads(text))
