"""The header of a safetensors file, whatever its bytes are."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.errors import UnsafeCheckpoint
from shared.files.tensors import MAX_HEADER_BYTES, StoredTensor, read_tensors
from tests.support.hostile_voices import safetensors
from tests.support.peak import peak_of

_MIB = 1 << 20


def _file(header: object, content: bytes = b"") -> bytes:
    encoded = json.dumps(header).encode()
    return len(encoded).to_bytes(8, "little") + encoded + content


def test_the_shapes_of_an_intact_file(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(safetensors({"a": (2, 3), "b": (), "none": (0, 7)}))
    assert read_tensors(path) == {
        "a": StoredTensor("F32", (2, 3)),
        "b": StoredTensor("F32", ()),
        "none": StoredTensor("F32", (0, 7)),
    }


_ENTRY = {"dtype": "F32", "shape": [2], "data_offsets": [0, 8]}


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff" * 8,
        (1 << 40).to_bytes(8, "little") + b"{}",
        _file([]),
        _file({"a": _ENTRY}, bytes(7)),
        _file({"a": _ENTRY}, bytes(9)),
        _file({"a": {**_ENTRY, "shape": [3]}}, bytes(8)),
        _file({"a": {**_ENTRY, "shape": [-2]}}, bytes(8)),
        _file({"a": {**_ENTRY, "shape": [True, 2]}}, bytes(8)),
        _file({"a": {**_ENTRY, "shape": [1 << 62, 4]}}, bytes(8)),
        _file({"a": {**_ENTRY, "dtype": "pickle"}}, bytes(8)),
        _file({"a": {**_ENTRY, "dtype": []}}, bytes(8)),
        _file({"a": _ENTRY, "b": _ENTRY}, bytes(8)),
        _file({"a": {**_ENTRY, "data_offsets": [8, 16]}}, bytes(16)),
        b"\x40\x00\x00\x00\x00\x00\x00\x00" + b"[" * 64,
    ],
)
def test_a_file_that_is_not_what_its_header_says_is_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    with pytest.raises(UnsafeCheckpoint):
        read_tensors(path)


def test_a_header_of_many_objects_is_not_parsed(tmp_path: Path) -> None:
    path = tmp_path / "x.safetensors"
    header = b'{"a":[' + b"[]," * (16 * _MIB) + b"[]]}"
    path.write_bytes(len(header).to_bytes(8, "little") + header)
    outcome = peak_of(
        "from pathlib import Path\nfrom shared.files.tensors import read_tensors",
        "read_tensors(Path(sys.argv[1]))",
        path,
    )
    assert outcome.code == "UNSAFE_CHECKPOINT"
    assert f"{MAX_HEADER_BYTES:,}" in outcome.message
    assert outcome.grown < 64 * _MIB


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
)


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.binary(max_size=200) | st.builds(_file, _JSON, st.binary(max_size=16)) | st.builds(
    _file, st.dictionaries(st.text(max_size=4), st.fixed_dictionaries(
        {"dtype": st.sampled_from(["F32", "I8", "F4"]) | _JSON, "shape": st.lists(st.integers(-1, 9)) | _JSON,
         "data_offsets": st.tuples(st.integers(-1, 40), st.integers(-1, 40)) | _JSON}), max_size=3),
    st.binary(max_size=40)))  # fmt: skip
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "x.safetensors"
    path.write_bytes(content)
    try:
        tensors = read_tensors(path)
    except UnsafeCheckpoint:
        return
    # Accepted tensors have their bytes, except for types of less than a byte.
    assert sum(tensor.count for tensor in tensors.values()) <= 2 * len(content)
