"""An upload of texts becomes a dataset: one file or an archive of them, with its statistics; a wrong one says why."""

from __future__ import annotations

import gzip
import io
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from services.scanner.import_dataset import DatasetImport
from services.scanner.walk import walk
from shared.contracts.errors import BadDataset, TooLarge
from shared.contracts.kinds.scan import DatasetFormat, ImportDataset
from shared.files import DataTree, UnpackLimits
from tests.support import ljspeech


def gzipped(content: bytes) -> bytes:
    """Without the time of day: two test processes must name a test alike."""
    return gzip.compress(content, mtime=0)


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path / "data")
    tree.prepare()
    return tree


def bring(
    tree: DataTree, content: bytes, file_name: str | None, format_: DatasetFormat = "auto", limit: int = 1 << 20
) -> Path:
    (tree.uploads / "u1").write_bytes(content)
    importing = DatasetImport(tree, UnpackLimits(limit, 100), lambda: datetime(2026, 1, 1, tzinfo=UTC))
    task = ImportDataset(upload="u1", name="texts", file_name=file_name, format=format_)
    return tree.folder("dataset", importing.run(task, "job"))


@pytest.mark.parametrize(
    ("file_name", "content", "kept"),
    [
        ("دیدگاه‌ها.jsonl", '{"text": "سلام"}\n{"text": ""}\n{"text": "دنیا"}\n'.encode(), "دیدگاه‌ها.jsonl"),
        ("a.dev.csv", "text,label\nسلام,1\n,2\nدنیا,1\n".encode().replace(b",2", b","), "a.dev.csv"),
        ("C:\\data\\a.tsv", "سلام\thello\nدنیا\tworld\n".encode(), "a.tsv"),
        ("A.TXT", "سلام\nدنیا\n".encode(), "A.TXT"),
        ("test.jsonl", '{"text": "سلام"}\n'.encode(), "test.jsonl"),
        ("README.txt", "سلام\n".encode(), "data-README.txt"),
        (".hidden.csv", "text\nسلام\n".encode(), "data-hidden.csv"),
        ("a.ndjson", '{"text": "سلام"}\n'.encode(), "a.ndjson"),
        ("a.jsonl.gz", gzipped('{"text": "سلام"}\n'.encode()), "a.jsonl.gz"),
        ("a.csv.gz", gzipped("text,n\nسلام,1\n".encode()), "a.csv.gz"),
        ("unpacked by the browser.jsonl.gz", '{"text": "سلام"}\n'.encode(), "unpacked by the browser.jsonl.gz"),
        (
            "packed all the same.jsonl",
            gzipped('{"text": "سلام"}\n'.encode()),
            "packed all the same.jsonl",
        ),
        ("ب" * 150 + ".jsonl", '{"text": "سلام"}\n'.encode(), "ب" * 97 + ".jsonl"),
        ("cafe\u0301.txt", "سلام\n".encode(), "café.txt"),
        ("a.json", '{"data": [{"paragraphs": [{"context": "م", "qas": [{"question": "چ"}]}]}]}'.encode(), "a.json"),
    ],
)
def test_one_file_is_a_dataset(tree: DataTree, file_name: str, content: bytes, kept: str) -> None:
    folder = bring(tree, content, file_name)
    assert {path.name for path in folder.iterdir()} == {kept, "sokhan.json"}
    asset = next(asset for asset in walk(tree) if asset.id == "local/texts")
    assert (asset.type, asset.status) == ("text", "ready")
    assert asset.details.items
    assert asset.details.characters
    assert (asset.details.hours, asset.details.sample_rate) == (None, None)
    assert not list(tree.uploads.iterdir())


def test_rows_without_text_are_counted(tree: DataTree) -> None:
    bring(tree, '{"text": "سلام"}\n{"text": " "}\n'.encode(), "a.jsonl")
    details = next(iter(walk(tree))).details
    assert (details.items, details.characters, details.skipped) == (1, 4, 1)


def test_parquet_is_a_dataset_of_texts(tree: DataTree, tmp_path: Path) -> None:
    pq.write_table(pa.table({"text": ["سلام", "دنیا"]}), tmp_path / "a.parquet")
    bring(tree, (tmp_path / "a.parquet").read_bytes(), "a.parquet")
    assert next(iter(walk(tree))).type == "text"


@pytest.mark.parametrize("top", ["", "on-top/"])
def test_an_archive_of_texts_keeps_its_names(tree: DataTree, top: str) -> None:
    content = {
        f"{top}train.jsonl": '{"text": "سلام"}\n'.encode(),
        f"{top}dev.jsonl": '{"text": "دنیا"}\n'.encode(),
        f"{top}README.md": b"x",
    }
    folder = bring(tree, ljspeech.zipped(content), "all.zip")
    assert (folder / top / "dev.jsonl").is_file()
    asset = next(iter(walk(tree)))
    assert (asset.type, asset.details.items) == ("text", 2)


def test_an_archive_of_speech_is_still_speech(tree: DataTree) -> None:
    bring(tree, ljspeech.zipped(ljspeech.files()), "voice.zip")
    asset = next(iter(walk(tree)))
    assert (asset.type, asset.details.items, asset.details.sample_rate) == ("ljspeech", 4, 22050)


WRONG: dict[str, tuple[bytes, str | None, DatasetFormat, str]] = {
    "broken row": (b'{"text": "a"}\n{broken\n', "a.jsonl", "auto", r"Line 2 of a\.jsonl"),
    "too few columns": (b"text,label\na,1\nb\n", "a.csv", "auto", r"Line 3 of a\.csv"),
    "not UTF-8": ("سلام\n".encode("cp1256"), "a.txt", "auto", "not UTF-8"),
    "no texts": (b'{"n": 1}\n', "a.jsonl", "auto", "no row with a text"),
    "empty": (b"", "a.jsonl", "auto", "no row with a text"),
    "no parquet": (b"text", "a.parquet", "auto", r"a\.parquet is damaged"),
    "no archive": (b"text", "a.zip", "auto", "neither a zip nor a tar"),
    "speech asked for": (b'{"text": "a"}\n', "a.jsonl", "ljspeech", r"metadata\.csv"),
    "text asked for": (ljspeech.zipped({"a.wav": b"x"}), "a.zip", "text", "no file to train on"),
    "broken row in gzip": (
        gzipped(b'{"text": "a"}\n{broken\n'),
        "a.jsonl.gz",
        "auto",
        r"Line 2 of a\.jsonl\.gz",
    ),
    "cut gzip": (
        gzipped(b'{"text": "a"}\n' * 99)[:-9],
        "a.jsonl.gz",
        "auto",
        r"a\.jsonl\.gz is damaged",
    ),
    "a bomb in gzip": (
        gzipped(b'{"n": "%s"}\n' % bytes(900_000).replace(b"\0", b"1") * 80),
        "a.jsonl.gz",
        "auto",
        "more than 200 times",
    ),
    "none to train on": (ljspeech.zipped({"a.bin": b"x"}), "a.zip", "text", r"dataset texts has no file"),
    "broken row in an archive": (ljspeech.zipped({"train.csv": b"text,n\na\n"}), "a.zip", "auto", "Line 2"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_one_is_refused_and_leaves_nothing(tree: DataTree, case: str) -> None:
    content, file_name, format_, part = WRONG[case]
    with pytest.raises(BadDataset, match=part):
        bring(tree, content, file_name, format_)
    assert not walk(tree)
    assert not list(tree.uploads.iterdir())
    assert not list(tree.tmp.iterdir())


def test_a_file_beyond_the_limit_is_refused(tree: DataTree) -> None:
    with pytest.raises(TooLarge):
        bring(tree, b"a\n" * 1000, "a.txt", limit=1000)


def test_an_archive_is_told_by_its_bytes_whatever_its_name(tree: DataTree) -> None:
    folder = bring(tree, ljspeech.zipped({"a.jsonl": '{"text": "سلام"}\n'.encode()}), "reviews.csv")
    assert (folder / "a.jsonl").is_file()


@pytest.mark.parametrize("name", ["table.csv", "table", "table.parquet"])
def test_parquet_is_told_by_its_bytes_whatever_its_name(tree: DataTree, name: str) -> None:
    out = io.BytesIO()
    pq.write_table(pa.table({"text": ["سلام", "دنیا"]}), out)
    folder = bring(tree, out.getvalue(), name)
    assert (folder / f"{name.removesuffix('.parquet')}.parquet").is_file()


def test_common_voices_tables_alone_are_read_as_texts(tree: DataTree) -> None:
    header = b"client_id\tpath\tsentence\n"
    rows = {f"fa/{name}.tsv": header for name in ("train", "dev", "test", "other")}
    folder = bring(tree, ljspeech.zipped(rows | {"fa/validated.tsv": header + "x\ty.mp3\tسلام\n".encode()}), "cv.zip")
    assert (folder / "fa/validated.tsv").is_file()
    assert next(iter(walk(tree))).details.items == 1
