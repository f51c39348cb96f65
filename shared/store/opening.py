"""Opens a store by its URL: connects, migrates, and adds tracing."""

from __future__ import annotations

from pathlib import Path

from shared.store.migrations import SchemaStore, migrate
from shared.store.port import Store
from shared.store.tracing import TracedStore


async def open_store(url: str) -> Store:
    """The migrated store at a URL: `sqlite:///relative/path.db`, `sqlite:////absolute/path.db`, `mongodb://…` or
    `mongodb+srv://…`.

    Raises `ValueError` for another URL, `StoreUnavailable` if the store does not answer, `StoreTooNew` if a later
    version of this code has migrated it.
    """
    store, system = await connected(url)
    try:
        await store.ping()
        await migrate(store)
    except BaseException:
        await store.close()
        raise
    return TracedStore(store, system)


def sqlite_file(url: str) -> Path | None:
    """The file of an SQLite store; None for another store. Raises `ValueError` for a URL without a file."""
    scheme, _, rest = url.partition("://")
    return _sqlite_path(rest) if scheme == "sqlite" else None


async def connected(url: str) -> tuple[SchemaStore, str]:
    """The store at a URL as it is, not migrated, and OpenTelemetry's name for its kind. Raises as `open_store`."""
    scheme, separator, rest = url.partition("://")
    if not separator:
        raise ValueError("The store URL has no scheme; it begins with sqlite:/// or mongodb://.")
    if scheme == "sqlite":
        from shared.store.sqlite import SqliteStore

        store = SqliteStore(_sqlite_path(rest))
        await store.open()
        return store, store.system
    if scheme in ("mongodb", "mongodb+srv"):
        from shared.store.mongo import MongoStore

        mongo = MongoStore(url)
        return mongo, mongo.system
    raise ValueError(f"The store URL begins with {scheme!r}; it has to be sqlite, mongodb or mongodb+srv.")


def _sqlite_path(rest: str) -> Path:
    if not rest.startswith("/"):
        raise ValueError("The SQLite store URL needs three slashes for a relative path, four for an absolute one.")
    path = rest[1:]
    if not path or path.endswith("/") or path.startswith((":memory:", "file:")) or "?" in path:
        raise ValueError(f"The SQLite store URL has to name a file, not {path!r}: the services share it.")
    return Path(path)
