"""The file of the installation's secrets."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.errors import Unavailable
from shared.secret_keys import load_secret_keys, rotate_key_file


@pytest.mark.parametrize("ending", [b"", b"\n"])
def test_what_an_earlier_version_encrypted_is_read_also_with_a_line_break(tmp_path: Path, ending: bytes) -> None:
    """It took the whole file as the key."""
    key = b"k" * 64
    (tmp_path / "secret.key").write_bytes(key + ending)
    keys = load_secret_keys(None, (), tmp_path)
    (tmp_path / "earlier").mkdir()
    (tmp_path / "earlier" / "secret.key").write_bytes(key)
    assert keys.derive("x")[0] == load_secret_keys(None, (), tmp_path / "earlier").derive("x")[0]
    assert len(keys.derive("x")) == (2 if ending else 1)
    assert rotate_key_file(tmp_path) == 2
    rotated = load_secret_keys(None, (), tmp_path)
    assert rotated.derive("x")[1] == keys.derive("x")[0]


@pytest.mark.parametrize("content", [b"", b"\n", b"short", b"k" * 64 + b"\nshort"])
def test_another_file_is_no_key(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "secret.key").write_bytes(content)
    with pytest.raises(Unavailable):
        load_secret_keys(None, (), tmp_path)
