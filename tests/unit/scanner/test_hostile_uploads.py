"""Uploads that attack the scanner: refused with a code, removed, and never more memory than the sandbox has."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.scanner import import_dataset
from services.scanner.examination import Examined
from services.scanner.import_dataset import DatasetImport
from services.scanner.verify import _Check
from shared.contracts.errors import BadDataset, Conflict, NoSpace
from shared.contracts.kinds.scan import ImportDataset
from shared.files import DataTree, UnpackLimits
from shared.files.manifest import DatasetStatistics, ManifestFile
from tests.support import hostile_archives, hostile_recordings, hostile_rows
from tests.support.ljspeech import zipped
from tests.support.peak import peak_of

NOW = datetime(2026, 1, 1, tzinfo=UTC)
_MIB = 1 << 20


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path / "data")
    tree.prepare()
    return tree


def bring(tree: DataTree, name: str, free: int = 1 << 40) -> str:
    importing = DatasetImport(tree, UnpackLimits(1 << 30, 1000, lambda _: free), lambda: NOW)
    return importing.run(ImportDataset(upload="u", name="texts", file_name=name), "job")


@pytest.mark.siege
@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("a.parquet", hostile_rows.repeated),
        ("a.json", lambda path: hostile_rows.packed(path, b"[],", 21_000_000, before=b"[[", after=b"1]]")),
        ("a.csv", lambda path: hostile_rows.packed(path, b"\n", 3_000_000, before=b"text\n", after=b"a,b\n")),
        ("a.tar.gz", hostile_archives.pax_bomb),
        ("a.zip", lambda path: hostile_archives.many_zip_entries(path, 500_000)),
        ("a.zip", lambda path: hostile_archives.deep_paths(path, 80, 1400)),
    ],
    ids=["parquet", "lists", "newlines", "pax", "entries", "folders"],
)
def test_neither_the_scanner_nor_its_child_takes_gigabytes(
    tree: DataTree, name: str, write: Callable[[Path], Path]
) -> None:
    write(tree.uploads / "u")
    imports = """
import resource
from pathlib import Path
from datetime import datetime
from services.scanner.import_dataset import DatasetImport
from shared.contracts.kinds.scan import ImportDataset
from shared.files import DataTree, UnpackLimits
"""
    body = """
importing = DatasetImport(DataTree(Path(sys.argv[1])), UnpackLimits(1 << 30, 1000), datetime.now)
try:
    importing.run(ImportDataset(upload="u", name="texts", file_name=sys.argv[2]), "job")
finally:
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss < 600 << 10
"""
    outcome = peak_of(imports, body, tree.root, name)
    assert outcome.code in {"BAD_DATASET", "TOO_LARGE"}
    assert outcome.grown < 100 * _MIB
    assert not list(tree.uploads.iterdir())
    assert not list(tree.tmp.iterdir())


def test_hours_in_a_few_bytes_are_no_dataset(tree: DataTree, tmp_path: Path) -> None:
    sound = hostile_recordings.long_flac(tmp_path / "x.flac").read_bytes()
    (tree.uploads / "u").write_bytes(zipped({"metadata.csv": "u1|سلام\n".encode(), "wavs/u1.flac": sound}))
    with pytest.raises(BadDataset, match="not readable audio"):
        bring(tree, "a.zip")


@pytest.mark.parametrize("member", ["sokhan.json", ".cache/huggingface/x", "a\u202e.csv", ".sokhan-damaged.json"])
def test_reserved_names_are_refused(tree: DataTree, member: str) -> None:
    (tree.uploads / "u").write_bytes(zipped({"a.csv": "text\nسلام\n".encode(), member: b"{}"}))
    with pytest.raises(BadDataset, match="name that"):
        bring(tree, "a.zip")


def test_a_full_disk_is_named_before_anything_is_unpacked(tree: DataTree) -> None:
    (tree.uploads / "u").write_bytes(zipped({"a.csv": "text\nسلام\n".encode()}))
    with pytest.raises(NoSpace):
        bring(tree, "a.zip", free=1000)


def test_a_name_that_looks_like_another_is_taken(tree: DataTree) -> None:
    (tree.root / "datasets" / "local" / "cafe\u0301").mkdir(parents=True)
    (tree.uploads / "u").write_bytes("text\nسلام\n".encode())
    importing = DatasetImport(tree, UnpackLimits(1 << 30, 1000), lambda: NOW)
    with pytest.raises(Conflict):
        importing.run(ImportDataset(upload="u", name="caf\u00e9", file_name="a.csv"), "job")


@pytest.mark.parametrize("root", ["../../outside", "/etc", "linked", "gone"])
def test_the_sandboxs_answer_is_not_trusted(
    tree: DataTree, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, root: str
) -> None:
    """As if a parser had been taken over: it names another folder, and leaves links."""
    outside = tmp_path / "outside"
    outside.mkdir()

    answers = iter([root, "."])

    def taken_over(*_: object, writable: list[Path], **__: object) -> Examined:
        (writable[0] / "linked").symlink_to(outside)
        (writable[0] / "a.csv").symlink_to("/etc/passwd")
        statistics = DatasetStatistics(format="text", items=1, characters=1, skipped=0)
        return Examined(root=next(answers), statistics=statistics)

    monkeypatch.setattr(import_dataset, "run_sandboxed", taken_over)
    for _ in range(2):
        (tree.uploads / "u").write_bytes(b"x")
        with pytest.raises(BadDataset, match=r"link|no dataset folder"):
            bring(tree, "a.csv")
    assert list(outside.iterdir()) == []


def test_a_verification_follows_no_link(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "a.bin").symlink_to(tmp_path / "secret")
    check = _Check(folder, (ManifestFile(path="a.bin", size=6),))
    assert len(list(check.steps())) == 1
    assert [(file.path, file.problem) for file in check.damaged] == [("a.bin", "unreadable")]
