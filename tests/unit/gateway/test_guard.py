"""Any head is answered: with an error of ours, or passed on."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.edge.guard import head_error

_BYTES = st.binary(max_size=50)
_HEADERS = st.lists(st.tuples(st.sampled_from([b"host", b"origin", b"x-a", b"cookie"]) | _BYTES, _BYTES), max_size=120)


def scope(path: str = "/", query: bytes = b"", method: str = "GET", *headers: tuple[bytes, bytes]) -> dict[str, object]:
    return {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode("utf-8", "surrogatepass"),
        "query_string": query,
        "headers": list(headers),
    }


@given(st.text(max_size=100), _BYTES, st.text(max_size=8), _HEADERS)
def test_any_head_is_judged(path: str, query: bytes, method: str, headers: list[tuple[bytes, bytes]]) -> None:
    error = head_error(scope(path, query, method, *headers))
    assert error is None or error.status in {400, 405, 414, 431}


@pytest.mark.parametrize(
    "host", [b"127.0.0.1", b"127.0.0.1:8080", b"localhost", b"[::1]:8080", b"voices.example.org", b"a_b.example"]
)
def test_a_host_name_is_one(host: bytes) -> None:
    assert head_error(scope("/", b"", "GET", (b"host", host))) is None


@pytest.mark.parametrize(
    "host", [b"", b"[", b"a b", b"a/b", b"user@host", b"a:b", b"a:123456", b"a\x00", "هاست".encode(), b"a,b", b"[::1"]
)
def test_other_hosts_are_not(host: bytes) -> None:
    error = head_error(scope("/", b"", "GET", (b"host", host)))
    assert error is not None
    assert error.status == 400


def test_two_hosts_are_refused() -> None:
    assert head_error(scope("/", b"", "GET", (b"host", b"a"), (b"host", b"a"))) is not None
