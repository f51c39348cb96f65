"""Random documents, filters, orders and changes, against the reference."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from datetime import UTC, datetime
from typing import Any, Self

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.store import Store
from shared.store.changes import apply_edit, parse_change
from tests.support.store_backends import Backend
from tests.support.store_reference import matches, sort_key

# One database serves all the examples of a test, emptied in between; the machine's load is not what is tested.
RANDOM = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))

MOMENTS = st.datetimes(timezones=st.just(UTC), max_value=datetime(9999, 12, 31)).map(  # noqa: DTZ001
    lambda moment: moment.replace(microsecond=moment.microsecond // 1000 * 1000)
)
INTS = st.integers(-(2**63), 2**63 - 1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
SCALARS = st.none() | st.booleans() | INTS | FLOATS | st.text() | st.binary() | MOMENTS
KEYS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="$.\0"), min_size=1, max_size=8)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3))

# Few and close values, so that filters often hit, and the near misses are the interesting ones.
YEARS = [datetime(2026, 1, 1, tzinfo=UTC), datetime(1969, 1, 1, tzinfo=UTC)]
NUMBERS = [0, 1, 1.0, -1, 1.5, 2**53, 2**53 + 1]
TEXTS = ["", "1", "a", "ا", "@2026", "'", "a\0", "a\x01"]
CLOSE: st.SearchStrategy[Any] = st.sampled_from([None, True, False, b"", b"1", *NUMBERS, *TEXTS, *YEARS])
NESTED = st.recursive(
    CLOSE, lambda v: st.lists(v, max_size=2) | st.dictionaries(st.sampled_from("abc"), v, max_size=2), max_leaves=4
)
DOCUMENTS = st.lists(st.dictionaries(st.sampled_from("abc"), NESTED, max_size=3), max_size=8)
COMPARABLE = CLOSE.filter(lambda value: isinstance(value, int | float | str | datetime) and not isinstance(value, bool))
CONDITIONS = CLOSE | st.dictionaries(st.sampled_from(["$lt", "$lte", "$gt", "$gte"]), COMPARABLE, min_size=1)
CONDITIONS |= st.fixed_dictionaries({"$ne": CLOSE}) | st.fixed_dictionaries({"$exists": st.booleans()})
CONDITIONS |= st.fixed_dictionaries({"$in": st.lists(CLOSE, max_size=4)})
FILTERS = st.dictionaries(st.sampled_from(["a", "b", "a.b", "a.a", "a.b.c"]), CONDITIONS, max_size=3)


class Session:
    """One event loop and one store for many examples."""

    def __init__(self, backend: Backend) -> None:
        self._runner = asyncio.Runner()
        self._connection = backend.connect()

    def __enter__(self) -> Self:
        self._runner.__enter__()
        self.store: Store = self.run(self._connection.__aenter__())
        return self

    def __exit__(self, *_: object) -> None:
        self.run(self._connection.__aexit__(None, None, None))
        self._runner.close()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self._runner.run(asyncio.wait_for(work, 20))

    def fill(self, documents: list[dict[str, Any]]) -> list[dict[str, Any]]:
        numbered = [{"id": f"{n:03d}", **document} for n, document in enumerate(documents)]
        self.run(self.store.delete("settings", {}))
        self.run(self.store.append_many("settings", numbered))
        return numbered


def same(left: Any, right: Any) -> bool:
    """Equal in value and in type, all the way down; `1 == True == 1.0` is not."""
    if type(left) is not type(right):
        return False
    if isinstance(left, dict):
        return left.keys() == right.keys() and all(same(value, right[key]) for key, value in left.items())
    if isinstance(left, list):
        return len(left) == len(right) and all(map(same, left, right))
    return bool(left == right)


def test_a_random_document_comes_back_the_same(backend: Backend) -> None:
    with Session(backend) as session:

        @RANDOM
        @given(st.dictionaries(KEYS.filter(lambda key: key not in ("id", "_id")), VALUES, max_size=4))
        def check(document: dict[str, Any]) -> None:
            [expected] = session.fill([document])
            assert same(session.run(session.store.get("settings", "000")), expected)

        check()


def test_a_random_filter_finds_what_the_reference_finds(backend: Backend) -> None:
    with Session(backend) as session:

        @RANDOM
        @given(DOCUMENTS, st.lists(FILTERS, min_size=1, max_size=5))
        def check(documents: list[dict[str, Any]], filters: list[dict[str, Any]]) -> None:
            kept = session.fill(documents)
            for wanted in filters:
                found = [item["id"] for item in session.run(session.store.find("settings", wanted)).items]
                assert found == [item["id"] for item in kept if matches(item, wanted)], wanted

        check()


def test_random_pages_follow_the_reference_order(backend: Backend) -> None:
    with Session(backend) as session:

        @RANDOM
        @given(
            st.lists(st.dictionaries(st.sampled_from("ab"), CLOSE), max_size=9),
            st.lists(st.tuples(st.sampled_from("ab"), st.sampled_from([1, -1])), max_size=2, unique_by=lambda f: f[0]),
            st.integers(1, 4),
        )
        def check(documents: list[dict[str, Any]], sort: list[tuple[str, int]], limit: int) -> None:
            expected = session.fill(documents)
            for path, direction in reversed(sort):
                expected.sort(key=lambda item, path=path: sort_key(item, path), reverse=direction == -1)  # type: ignore[misc]
            seen: list[str] = []
            cursor = None
            for _ in range(10):
                page = session.run(session.store.find("settings", sort=sort, limit=limit, cursor=cursor))
                seen += [item["id"] for item in page.items]
                cursor = page.next
                if cursor is None:
                    break
            assert seen == [item["id"] for item in expected]

        check()


def test_a_random_change_does_the_same_as_in_memory(backend: Backend) -> None:
    paths = st.sampled_from(["a", "b.a", "b.b", "c.a.b"])

    with Session(backend) as session:

        @RANDOM
        @given(st.dictionaries(st.sampled_from("abc"), NESTED), st.dictionaries(paths, NESTED, min_size=1), paths)
        def check(document: dict[str, Any], sets: dict[str, Any], unset: str) -> None:
            [before] = session.fill([document])
            change = {"$set": sets} if unset in sets else {"$set": sets, "$unset": {unset: ""}}
            outcomes = []
            for attempt in (
                lambda: apply_edit(before, parse_change(change)),
                lambda: session.run(session.store.update("settings", {"id": "000"}, change)),
            ):
                try:
                    outcomes.append(attempt())
                except Exception as error:
                    outcomes.append(type(error))
            assert same(*outcomes) or outcomes[0] == outcomes[1]

        check()
