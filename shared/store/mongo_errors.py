"""Translates PyMongo's errors into the store's; messages contain the hosts of the URL only."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import cast

from pymongo.errors import (
    BulkWriteError,
    ConfigurationError,
    ConnectionFailure,
    DocumentTooLarge,
    ExecutionTimeout,
    InvalidOperation,
    OperationFailure,
    PyMongoError,
    WriteConcernError,
)

from shared.contracts.errors import Internal, SokhanError, TooLarge, Validation
from shared.store.collections import Index
from shared.store.port import Duplicate, StoreUnavailable

CALL_S = 12.0
"""The limit of a call with the driver's own retries: two server selections and one socket timeout."""

_DUPLICATE_KEY = 11000
_OUTSIDE_CAUSES: tuple[tuple[tuple[type[PyMongoError], ...], str], ...] = (
    ((ConnectionFailure, ExecutionTimeout, WriteConcernError), "does not answer"),
    ((InvalidOperation,), "is no longer connected: the store was closed"),
    ((ConfigurationError,), "cannot be reached with this URL's host name and options"),
)
_REFUSED = {13: "does not allow this user to do that", 18: "refuses this user's name or password"}
_BAD_CHANGE = {2: "a number would leave 64 bits", 14: "a field is not a number", 28: "a path runs through no mapping"}
"""BadValue, TypeMismatch and PathNotViable: a well-formed change may fail with these because of the stored data."""


@asynccontextmanager
async def translated(hosts: str, collection: str = "", indexes: Sequence[Index] = ()) -> AsyncIterator[None]:
    """Translate errors: raises `StoreUnavailable`, `Duplicate`, `Validation`, `TooLarge`, or `Internal` for a bug."""
    try:
        async with asyncio.timeout(CALL_S):
            yield
    except TimeoutError:
        raise StoreUnavailable(f"MongoDB at {hosts} has not answered for {CALL_S:.0f} s.") from None
    except DocumentTooLarge as error:
        raise TooLarge("The document is larger than MongoDB's 16 MiB.") from error
    except PyMongoError as error:
        raise _explained(error, hosts, collection, indexes) from error


def is_duplicate_id(error: PyMongoError) -> bool:
    """Whether two writers inserted the same id at once; a retry finds the document."""
    failure = _failure(error)
    return failure.get("code") == _DUPLICATE_KEY and _violated(failure, ()) == ("id",)


def _explained(error: PyMongoError, hosts: str, collection: str, indexes: Sequence[Index]) -> SokhanError:
    failure = _failure(error)
    code = failure.get("code")
    if code == _DUPLICATE_KEY:
        return Duplicate(collection, _violated(failure, indexes))
    if code in _REFUSED:
        return StoreUnavailable(f"MongoDB at {hosts} {_REFUSED[code]}.")
    if isinstance(error, BulkWriteError) and not failure:
        return StoreUnavailable(f"MongoDB at {hosts} has not confirmed the write in time.")
    for kinds, reason in _OUTSIDE_CAUSES:
        if isinstance(error, kinds):
            return StoreUnavailable(f"MongoDB at {hosts} {reason}.")
    if code in _BAD_CHANGE:
        return Validation(f"{collection}: the change does not fit the document: {_BAD_CHANGE[code]}.")
    return Internal(f"MongoDB refused a command: {error}")


def _failure(error: PyMongoError) -> Mapping[str, object]:
    """The server's report of the first failure."""
    if not isinstance(error, OperationFailure) or error.details is None:
        return {}
    if isinstance(error, BulkWriteError):
        failures = cast("list[dict[str, object]]", error.details.get("writeErrors", []))
        return failures[0] if failures else {}
    return {"code": error.code, **error.details}


def _violated(failure: Mapping[str, object], indexes: Sequence[Index]) -> tuple[str, ...]:
    pattern = failure.get("keyPattern")
    if isinstance(pattern, Mapping):
        return tuple("id" if path == "_id" else str(path) for path in pattern)
    # A server behind a proxy may give the message only: "… index: email dup key: …".
    found = re.search(r"index: (\S+)", str(failure.get("errmsg", "")))
    fields = {index.name: tuple(path for path, _ in index.fields) for index in indexes}
    return fields.get(found.group(1), ("id",)) if found else ("id",)
