"""Reads every page of a query."""

from __future__ import annotations

from shared.store.port import Document, Filter, Sort, Store


async def find_all(store: Store, collection: str, where: Filter | None, *, sort: Sort, page: int) -> list[Document]:
    """All documents that match, read in pages of this size."""
    found: list[Document] = []
    cursor: str | None = None
    while True:
        read = await store.find(collection, where, sort=sort, limit=page, cursor=cursor)
        found += read.items
        if read.next is None:
            return found
        cursor = read.next
