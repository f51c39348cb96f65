"""Every kind of file, right and wrong ones."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shared.contracts.errors import BadDataset
from shared.text import Row, Unreadable, data_files, examine, read_rows
from shared.text.columns import TEXT, find_column
from shared.text.row import MAX_ROW
from tests.support.world import WORLD


def rows(folder: Path, name: str, content: str | bytes) -> list[Row | Unreadable]:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode())
    return list(read_rows(path))


def values(found: list[Row | Unreadable]) -> list[dict[str, object]]:
    return [dict(row.values) for row in found if isinstance(row, Row)]


def test_json_lines(tmp_path: Path) -> None:
    found = rows(tmp_path, "a.jsonl", '\ufeff{"text": "سلام"}\n\n{"text": "دنیا", "n": [1]}')
    assert values(found) == [{"text": "سلام"}, {"text": "دنیا", "n": [1]}]
    assert [row.number for row in found] == [1, 3]


@pytest.mark.parametrize("line", ["{'text': 'as Python writes it'}", "[1]", '"text"', "{", "[" * 100_000, "1" * 5000])
def test_a_line_that_is_no_object_is_named_and_the_others_are_read(tmp_path: Path, line: str) -> None:
    found = rows(tmp_path, "a.jsonl", f'{{"text": "یک"}}\n{line}\n{{"text": "سه"}}\n')
    assert isinstance(found[1], Unreadable)
    assert found[1].number == 2
    assert len(values(found)) == 2
    assert "Line 2 of a.jsonl" in found[1].error().message


def test_lines_of_text(tmp_path: Path) -> None:
    assert values(rows(tmp_path, "a.txt", " سلام دنیا \r\n\n\nهوا خوب است")) == [
        {"text": "سلام دنیا"}, {"text": "هوا خوب است"}
    ]  # fmt: skip


def test_csv_has_quotes_and_tsv_has_none(tmp_path: Path) -> None:
    found = rows(tmp_path, "a.csv", 'text,label\n"سلام، دنیا,\nدو سطر",خوب\nبی‌برچسب\n')
    assert values(found) == [{"text": "سلام، دنیا,\nدو سطر", "label": "خوب"}]
    assert isinstance(found[1], Unreadable)
    assert "1 columns" in found[1].why
    assert values(rows(tmp_path, "b.tsv", 'client\tsentence\tup_votes\nx\tاو گفت "سلام\t2\n')) == [
        {"client": "x", "sentence": 'او گفت "سلام', "up_votes": "2"}
    ]


def test_a_tsv_of_two_columns_may_come_without_a_header(tmp_path: Path) -> None:
    assert values(rows(tmp_path, "a.tsv", "سلام\thello\nدنیا\tworld\n")) == [
        {"source": "سلام", "target": "hello"}, {"source": "دنیا", "target": "world"}
    ]  # fmt: skip
    assert values(rows(tmp_path, "b.tsv", "fa\ten\nسلام\thello\n")) == [{"fa": "سلام", "en": "hello"}]


def test_a_quote_that_is_never_closed_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="Line 3 of"):
        rows(tmp_path, "a.csv", 'text,label\nسلام,1\n"دنیا,2\n')


def test_squads_nested_layout_becomes_rows(tmp_path: Path) -> None:
    paragraph = {"context": "متن", "qas": [{"question": "چه؟", "answers": [{"text": "متن", "answer_start": 0}]}]}
    found = rows(tmp_path, "a.json", json.dumps({"version": 1.1, "data": [{"paragraphs": [paragraph]}, 5]}))
    assert values(found) == [{"question": "چه؟", "answers": [{"text": "متن", "answer_start": 0}], "context": "متن"}]
    assert isinstance(found[1], Unreadable)
    assert values(rows(tmp_path, "b.json", '[{"text": "یک"}]')) == [{"text": "یک"}]


@pytest.mark.parametrize("content", ['{"a": 1}', "5", "{", "[" * 100_000])
def test_json_of_another_layout_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(BadDataset, match=r"a\.json"):
        rows(tmp_path, "a.json", content)


def test_parquet_without_its_bytes(tmp_path: Path) -> None:
    audio = [{"bytes": b"RIFF", "path": "a.wav"}] * 2
    table = pa.table({"sentence": ["سلام", None], "audio": audio, "raw": [b"a", b"b"], "n": [1, 2]})
    pq.write_table(table, tmp_path / "a.parquet")
    found = list(read_rows(tmp_path / "a.parquet"))
    assert values(found) == [{"sentence": "سلام", "n": 1}, {"sentence": None, "n": 2}]
    assert [row.number for row in found] == [1, 2]
    with pa.OSFile(str(tmp_path / "a.arrow"), "wb") as sink, pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    assert values(list(read_rows(tmp_path / "a.arrow"))) == values(found)


@pytest.mark.parametrize("name", ["a.parquet", "a.arrow"])
@pytest.mark.parametrize("content", [b"", b"PAR1", b"PAR1" + bytes(100) + b"PAR1", b"\xff" * 1000])
def test_a_damaged_columnar_file_is_refused(tmp_path: Path, name: str, content: bytes) -> None:
    with pytest.raises(BadDataset, match=name):
        rows(tmp_path, name, content)


def test_a_parquet_file_that_is_damaged_in_the_middle_says_where(tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": [f"سطر {n} " * 50 for n in range(3000)]}), tmp_path / "a.parquet")
    content = bytearray((tmp_path / "a.parquet").read_bytes())
    content[len(content) // 3 : len(content) // 2] = bytes(len(content) // 2 - len(content) // 3)
    with pytest.raises(BadDataset, match=r"a\.parquet is damaged after row"):
        rows(tmp_path, "a.parquet", bytes(content))


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "a.csv", "a.tsv"])
def test_a_line_without_an_end_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadDataset, match="longer than"):
        rows(tmp_path, name, b"text\n" + b"a" * (MAX_ROW + 10))


@pytest.mark.parametrize("name", ["a.jsonl", "a.txt", "a.csv"])
def test_what_is_not_utf8_is_named(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadDataset, match=r"Line 2 of .* is not UTF-8"):
        rows(tmp_path, name, b'{"text": "a"}\n' + "سلام".encode("cp1256") + b"\n")


def test_a_missing_column_lists_those_that_there_are(tmp_path: Path) -> None:
    row = Row(tmp_path / "a.csv", 2, {"Text": "x", "n": 1})
    assert find_column(row, "", TEXT, "text_column") == "Text"
    with pytest.raises(BadDataset, match=r"a\.csv has no column “body” \(row 2\)\. Its columns: Text, n") as refused:
        find_column(row, "body", TEXT, "text_column")
    assert refused.value.hint == "Set text_column to one of them."


SPLITS: dict[str, tuple[list[str], tuple[list[str], list[str], list[str]]]] = {
    "as the Hub names them": (
        ["data/train-00000-of-00002.parquet", "data/train-00001-of-00002.parquet", "data/validation-0.parquet",
         "data/test-0.parquet", "README.md", "dataset_infos.json", "sokhan.json"],
        (["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"], ["validation-0.parquet"],
         ["test-0.parquet"]),
    ),
    "ParsiNLU": (["food_train.jsonl", "food_dev.jsonl", "food_test.jsonl"],
                 (["food_train.jsonl"], ["food_dev.jsonl"], ["food_test.jsonl"])),
    "by folders": (["train/a.csv", "dev/a.csv", "dev/latest.csv"], (["a.csv"], ["a.csv", "latest.csv"], [])),
    "the same rows twice": (["train.json", "train.jsonl"], (["train.jsonl"], [], [])),
    "no split": (["b.txt", "a.txt", "LICENSE.txt", ".hidden.txt", "a.bin"], (["a.txt", "b.txt"], [], [])),
    "a list of labels beside": (["train.csv", "labels.csv"], (["train.csv"], [], [])),
    "common voice": (["validated.tsv", "other.tsv", "train.tsv", "test.tsv", "clips/a.mp3"],
                     (["validated.tsv"], [], [])),
}  # fmt: skip


@pytest.mark.parametrize("case", SPLITS)
def test_names_tell_the_split(tmp_path: Path, case: str) -> None:
    names, expected = SPLITS[case]
    for name in names:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    found = data_files(tmp_path)
    assert ([p.name for p in found.train], [p.name for p in found.validation], [p.name for p in found.test]) == expected


def test_a_folder_without_data_is_refused(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("x")
    with pytest.raises(BadDataset, match="no file to train on"):
        data_files(tmp_path)


def test_statistics_count_rows_texts_and_letters(tmp_path: Path) -> None:
    (tmp_path / "train.jsonl").write_text('{"text": " سلام ", "n": 1}\n{"text": ""}\n{"a": ["ab", {"b": "c"}]}\n')
    found = examine(tmp_path)
    assert (found.format, found.items, found.characters, found.skipped) == ("text", 2, 7, 1)
    (tmp_path / "train.jsonl").write_text('{"text": "سلام"}\nbroken\n')
    with pytest.raises(BadDataset, match=r"Line 2 of train\.jsonl"):
        examine(tmp_path)
    (tmp_path / "train.jsonl").write_text('{"n": 5}\n')
    with pytest.raises(BadDataset, match="no row with a text"):
        examine(tmp_path)


@pytest.mark.parametrize("escaped", [r"\ud83d", r"\ude00", r"سلام \ud83d و"])
@pytest.mark.parametrize("name", ["a.jsonl", "a.json"])
def test_half_a_character_is_mended(tmp_path: Path, name: str, escaped: str) -> None:
    row = f'{{"text": "{escaped}", "{escaped}": ["{escaped}"]}}'
    (found,) = values(rows(tmp_path, name, row if name == "a.jsonl" else f"[{row}]"))
    assert json.dumps(found, ensure_ascii=False).encode()
    assert "\ufffd" in str(found["text"])


def test_a_whole_emoji_in_two_escapes_stays_one(tmp_path: Path) -> None:
    assert values(rows(tmp_path, "a.jsonl", r'{"text": "\ud83d\ude00"}')) == [{"text": "😀"}]


def test_columns_that_python_cannot_hold_do_not_matter(tmp_path: Path) -> None:
    table = pa.table(
        {
            "text": ["سلام", "دنیا"],
            "day": pa.array([4_000_000, 1], pa.int32()).cast(pa.date32()),
            "at": pa.array([1, 2], pa.int64()).cast(pa.timestamp("ns", "Mars/Olympus_Mons")),
            "exact": pa.array([1, 1_000_000_001], pa.int64()).cast(pa.timestamp("ns")),
            "long": pa.array([2**62, 1], pa.int64()).cast(pa.duration("s")),
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found = values(list(read_rows(tmp_path / "a.parquet")))
    assert [row["text"] for row in found] == ["سلام", "دنیا"]


def test_rows_with_half_characters_and_nan_as_programs_export_them() -> None:
    found = values(list(read_rows(WORLD / "files/half-characters.jsonl")))
    assert [row["text"] for row in found] == ["\ufffd", "😀", "سلام \ufffd"]
