"""Rows are counted before they become objects, in every format."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.errors import BadDataset
from shared.text import Row, read_rows
from shared.text.row import MAX_ROW
from tests.support import hostile_rows
from tests.support.peak import peak_of

_MIB = 1 << 20
_READ = """
for row in read_rows(Path(sys.argv[1])):
    if not isinstance(row, Row):
        raise row.error()
"""


@pytest.mark.siege
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.parquet", hostile_rows.repeated),
        ("a.arrow", hostile_rows.nulls),
        ("a.arrow", hostile_rows.dictionary),
        ("a.json", lambda path: hostile_rows.packed(path, b"[],", 21_000_000, before=b"[", after=b"1]")),
        ("a.json", lambda path: hostile_rows.packed(path, b"[],", 21_000_000, before=b"[[", after=b"1]]")),
        ("a.json", lambda path: hostile_rows.packed(path, b"[],", 21_000_000, before=b'{"x":[', after=b"1]}")),
        ("a.csv", lambda path: hostile_rows.packed(path, b'"\n",', 13_000_000, before=b"text\n")),
        ("a.csv", lambda path: hostile_rows.packed(path, b"\n", 60_000_000, before=b"text\n", after=b"a,b\n")),
        ("a.jsonl", lambda path: hostile_rows.packed(path, b"[],", 20_000_000, before=b'{"text":[')),
    ],
    ids=["parquet", "nulls", "dictionary", "items", "item", "member", "cells", "blank", "line"],
)
def test_the_peak_does_not_depend_on_the_file(tmp_path: Path, name: str, write: Callable[[Path], Path]) -> None:
    path = write(tmp_path / name)
    imports = "from pathlib import Path\nimport pyarrow.parquet\nfrom shared.text import Row, columnar, read_rows"
    outcome = peak_of(imports, _READ, path)
    assert outcome.code == "BAD_DATASET"
    assert outcome.grown < 400 * _MIB


@pytest.mark.parametrize("write", [pq.write_table, None])
def test_the_limit_of_a_row_is_that_of_a_line(tmp_path: Path, write: Callable[..., None] | None) -> None:
    path = tmp_path / ("a.parquet" if write else "a.arrow")
    for length, fits in ((MAX_ROW, True), (4 * MAX_ROW + 10, False)):
        table = pa.table({"text": ["کوتاه", "a" * length, "کوتاه"]})
        if write is not None:
            write(table, path)
        else:
            with pa.OSFile(str(path), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
                writer.write_table(table)
        if fits:
            assert [len(str(row.values["text"])) for row in read_rows(path) if isinstance(row, Row)] == [5, length, 5]
        else:
            with pytest.raises(BadDataset, match="Row 2 of"):
                list(read_rows(path))


def test_valid_lists_and_dictionaries_are_read(tmp_path: Path) -> None:
    tokens = [[f"واژهٔ{n}" for n in range(300)] for _ in range(500)]
    label = pa.array(["خوب", "بد"] * 250).dictionary_encode()
    pq.write_table(pa.table({"tokens": tokens, "label": label, "empty": pa.nulls(500)}), tmp_path / "a.parquet")
    rows = [row.values for row in read_rows(tmp_path / "a.parquet") if isinstance(row, Row)]
    assert [row["tokens"] for row in rows] == tokens
    assert rows[1]["label"] == "بد"


@pytest.mark.parametrize(
    "content",
    ['{"data": [{"t": 1}]', '{"data": [1,]}', '{"data" [1]}', "[1 2]", "[1] x", '{"a": 1}', "{1: 2}", "", "{}", '["a']
)  # fmt: skip
def test_json_that_is_cut_or_of_another_layout_is_named(tmp_path: Path, content: str) -> None:
    (tmp_path / "a.json").write_text(content)
    with pytest.raises(BadDataset, match=r"a\.json"):
        list(read_rows(tmp_path / "a.json"))


_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=4),
    max_leaves=20,
)
_ROWS = st.lists(st.dictionaries(st.text(max_size=5).filter(lambda key: key != "paragraphs"), _VALUES, max_size=4))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=_ROWS, wrapped=st.booleans(), indent=st.sampled_from([None, 0, 3]), padding=st.integers(0, 70_000))
def test_streamed_json_equals_the_parsed_document(
    tmp_path: Path, rows: list[dict[str, object]], wrapped: bool, indent: int | None, padding: int
) -> None:
    content: object = {"pad": "x" * padding, "data": rows, "version": [1]} if wrapped else [{"p": "x" * padding}, *rows]
    (tmp_path / "a.json").write_text(json.dumps(content, indent=indent, ensure_ascii=False), encoding="utf-8")
    found = [row.values for row in read_rows(tmp_path / "a.json") if isinstance(row, Row)]
    expected = rows if wrapped else [{"p": "x" * padding}, *rows]
    assert found == json.loads(json.dumps(expected))


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(["a.json", "a.jsonl", "a.csv", "a.tsv", "a.txt", "a.parquet", "a.arrow", "a.csv.gz"]),
    content=st.binary(max_size=300)
    | st.text('[]{}",:\n\r\t1a\\ ', max_size=80).map(str.encode)
    | st.binary(max_size=60).map(lambda noise: b"PAR1" + noise + b"PAR1")
    | st.binary(max_size=60).map(lambda noise: b"\x1f\x8b\x08" + noise),
)
def test_any_bytes_are_rows_or_refused(tmp_path: Path, name: str, content: bytes) -> None:
    (tmp_path / name).write_bytes(content)
    try:
        for row in read_rows(tmp_path / name):
            assert row.number >= 1
    except BadDataset:
        pass
