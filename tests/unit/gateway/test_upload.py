"""The form of an upload: where it ends, how large its parts may be, and a disk that is nearly full."""

from __future__ import annotations

import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.gateway.datasets.upload import receive
from shared.contracts.errors import NoSpace, SokhanError, TooLarge, Validation

TYPE = "multipart/form-data; boundary=b"
FILE = b'--b\r\nContent-Disposition: form-data; name="file"; filename="a.zip"\r\n\r\n'
NAME = b'--b\r\nContent-Disposition: form-data; name="name"\r\n\r\nmine\r\n'
END = b"--b--\r\n"


async def pieces(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


async def test_a_whole_form_is_read(tmp_path: Path) -> None:
    upload = await receive(pieces(NAME, FILE + b"PK\r\n--", b"x\r\n", END, b"epilogue"), TYPE, tmp_path / "u", 100)
    assert (upload.fields, upload.file_name, upload.bytes) == ({"name": "mine"}, "a.zip", 7)
    assert (tmp_path / "u").read_bytes() == b"PK\r\n--x"


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n--b", b"\r\n--b\r\n", b"\r\n--b-"])
async def test_an_upload_ends_with_its_closing_boundary_and_nothing_less(tmp_path: Path, end: bytes) -> None:
    with pytest.raises(Validation, match="ends early"):
        await receive(pieces(NAME + FILE + b"half a zip" + end), TYPE, tmp_path / "u", 100)


async def test_headers_of_a_part_are_bounded(tmp_path: Path) -> None:
    many = b"--b\r\n" + b"".join(b"X-%d: a\r\n" % number for number in range(10_000))
    with pytest.raises(Validation, match="cannot be read"):
        await receive(pieces(many), TYPE, tmp_path / "u", 100)
    with pytest.raises(Validation, match="cannot be read"):
        await receive(pieces(b"--b\r\nX: " + b"a" * 20_000), TYPE, tmp_path / "u", 100)


async def test_a_file_above_the_limit_or_a_full_disk_ends_at_once(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        await receive(pieces(FILE, b"a" * 101), TYPE, tmp_path / "u", 100)
    with pytest.raises(NoSpace):
        await receive(pieces(FILE, b"a" * (1 << 20)), TYPE, tmp_path / "u", 1 << 30, lambda _: 1000)


@given(st.lists(st.sampled_from([NAME, FILE, END, b"\r\n", b"--b", b"a: b\r\n"]) | st.binary(max_size=60), max_size=12))
async def test_any_bytes_are_a_form_or_an_error_of_ours(
    tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]
) -> None:
    target = tmp_path_factory.getbasetemp() / "any"
    with contextlib.suppress(SokhanError):
        await receive(pieces(*parts), TYPE, target, 100)
