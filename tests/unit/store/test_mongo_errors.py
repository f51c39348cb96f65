"""What the driver raises, and what the caller hears: the cases no test server can be talked into."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from pymongo import errors

from shared.contracts.errors import Internal, SokhanError, Validation
from shared.store import COLLECTIONS, Duplicate, StoreUnavailable, mongo_errors
from shared.store.mongo_errors import translated


def wtimeout(**details: Any) -> dict[str, Any]:
    return {"writeErrors": [], "writeConcernErrors": [{"code": 64, "errmsg": "waiting for replication"}], **details}


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (errors.ServerSelectionTimeoutError("secret"), StoreUnavailable),
        (errors.NetworkTimeout("secret"), StoreUnavailable),
        (errors.NotPrimaryError("secret"), StoreUnavailable),
        (errors.WaitQueueTimeoutError("secret"), StoreUnavailable),
        (errors.ExecutionTimeout("secret", 50), StoreUnavailable),
        (errors.WTimeoutError("secret", 64), StoreUnavailable),
        (errors.WriteConcernError("secret", 100), StoreUnavailable),
        (errors.BulkWriteError(wtimeout()), StoreUnavailable),
        (errors.OperationFailure("secret", 18, {}), StoreUnavailable),
        (errors.OperationFailure("secret", 13, {}), StoreUnavailable),
        (errors.ConfigurationError("secret"), StoreUnavailable),
        (errors.InvalidOperation("secret"), StoreUnavailable),
        (errors.WriteError("secret", 28, {}), Validation),
        (errors.OperationFailure("unknown", 9999, {}), Internal),
    ],
    ids=lambda value: getattr(value, "__name__", type(value).__name__),
)
async def test_each_driver_error_becomes_one_of_ours(error: Exception, expected: type[SokhanError]) -> None:
    with pytest.raises(expected) as caught:
        async with translated("host:27017", "assets", COLLECTIONS["assets"]):
            raise error
    assert "secret" not in str(caught.value)
    assert caught.value.__cause__ is error


@pytest.mark.parametrize(
    ("details", "fields"),
    [
        ({"keyPattern": {"path": 1}}, ("path",)),
        ({"keyPattern": {"_id": 1}}, ("id",)),
        ({"errmsg": "E11000 duplicate key error collection: s.assets index: path dup key: { }"}, ("path",)),
        ({"errmsg": "E11000 duplicate key error collection: s.assets index: _id_ dup key: { }"}, ("id",)),
        ({}, ("id",)),
    ],
    ids=str,
)
async def test_a_duplicate_names_the_fields_of_the_index_that_refused(
    details: dict[str, Any], fields: tuple[str, ...]
) -> None:
    for error in (
        errors.DuplicateKeyError("x", 11000, details),
        errors.BulkWriteError({"writeErrors": [{"code": 11000, **details}]}),
    ):
        with pytest.raises(Duplicate) as caught:
            async with translated("host", "assets", COLLECTIONS["assets"]):
                raise error
        assert caught.value.fields == fields


async def test_a_call_that_hangs_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mongo_errors, "CALL_S", 0.05)
    with pytest.raises(StoreUnavailable, match="has not answered"):
        async with translated("host"):
            await asyncio.Event().wait()
