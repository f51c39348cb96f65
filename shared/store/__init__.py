"""The document store of the platform. `port.py` defines the interface, `open_store` opens one."""

from shared.store.collections import COLLECTIONS, Index
from shared.store.migrations import StoreTooNew
from shared.store.opening import open_store
from shared.store.port import (
    Change,
    Document,
    Duplicate,
    Filter,
    Page,
    Sort,
    Store,
    StoreUnavailable,
    UnsupportedQuery,
    Value,
)

__all__ = [
    "COLLECTIONS",
    "Change",
    "Document",
    "Duplicate",
    "Filter",
    "Index",
    "Page",
    "Sort",
    "Store",
    "StoreTooNew",
    "StoreUnavailable",
    "UnsupportedQuery",
    "Value",
    "open_store",
]
