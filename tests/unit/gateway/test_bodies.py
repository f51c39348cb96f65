"""The bounds of a JSON body agree with a parser's view of it."""

from __future__ import annotations

import json

from hypothesis import given
from hypothesis import strategies as st

from services.gateway.edge.bodies import json_error

_LEAVES = st.none() | st.booleans() | st.integers() | st.text()
_VALUES = st.recursive(_LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=40)


def depth(value: object) -> int:
    inner = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    is_leaf = not isinstance(value, dict | list)
    return 0 if is_leaf else 1 + max((depth(item) for item in inner), default=0)


@given(_VALUES, st.booleans(), st.integers(0, 60))
def test_valid_json_is_refused_by_its_depth_alone(value: object, ascii_only: bool, wrapped: int) -> None:
    for _ in range(wrapped):
        value = [value, "]", '"', "\\"]
    body = json.dumps(value, ensure_ascii=ascii_only).encode("utf-8", "surrogatepass")
    assert (json_error(body) is not None) == (depth(value) > 32)


@given(st.binary(max_size=3000) | st.text('[]{},"\\a', max_size=3000).map(str.encode))
def test_any_bytes_are_accepted_or_refused(body: bytes) -> None:
    json_error(body)


def test_an_unfinished_string_of_escapes_is_read_once() -> None:
    json_error(b"[" * 50 + b'"' + b'\\"' * 500_000)  # quadratic, this takes hours
    json_error(b"[" * 50 + b'"\\' * 500_000)


def test_many_values_are_refused_and_a_long_text_is_not() -> None:
    assert json_error(b"[" + b"1," * 20_001 + b"1]") is not None
    assert json_error(json.dumps({"input": "[a, b]" * 100_000}).encode()) is None
