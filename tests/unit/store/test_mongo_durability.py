"""When MongoDB may acknowledge a write."""

from __future__ import annotations

from shared.store.mongo import MongoStore


def test_a_write_is_acknowledged_by_the_majority_and_from_the_journal() -> None:
    store = MongoStore("mongodb://127.0.0.1:9/sokhan")
    asked = store._database.write_concern.document
    assert (asked["w"], asked["j"]) == ("majority", True)
    assert asked["wtimeout"] > 0
