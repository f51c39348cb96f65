"""Small archives that ask for much: refused with a code, and with little memory."""

from __future__ import annotations

import io
import random
import shutil
import tarfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from shared.contracts.errors import BadDataset, NoSpace, SokhanError, TooLarge
from shared.files import UnpackLimits, unpack
from tests.support import hostile_archives
from tests.support.ljspeech import zipped
from tests.support.peak import peak_of

_MIB = 1 << 20
_IMPORTS = "from pathlib import Path\nfrom shared.files import UnpackLimits, unpack"
_BODY = "unpack(Path(sys.argv[1]), Path(sys.argv[2]), UnpackLimits(1 << 30, 200_000))"


@pytest.mark.siege
@pytest.mark.parametrize(
    ("write", "code"),
    [
        (hostile_archives.pax_bomb, "TOO_LARGE"),
        (hostile_archives.long_name_bomb, "TOO_LARGE"),
        (hostile_archives.negative_size, "TOO_LARGE"),
        (lambda path: hostile_archives.many_zip_entries(path, 1_000_000), "TOO_LARGE"),
        (lambda path: hostile_archives.many_entries(path, 210_000, folders=True), "TOO_LARGE"),
        (hostile_archives.bzip2_member, "BAD_DATASET"),
        (hostile_archives.xz_dictionary, "BAD_DATASET"),
        (hostile_archives.skipped_zeros, "TOO_LARGE"),
    ],
    ids=["pax", "long name", "negative size", "central directory", "entries", "bzip2", "xz", "skipped"],
)
def test_the_peak_does_not_depend_on_the_archive(tmp_path: Path, write: Callable[[Path], Path], code: str) -> None:
    outcome = peak_of(_IMPORTS, _BODY, write(tmp_path / "archive"), tmp_path / "out")
    assert outcome.code == code, outcome.message
    assert outcome.grown < 200 * _MIB


@pytest.mark.parametrize("folders", [False, True])
def test_every_entry_counts(tmp_path: Path, folders: bool) -> None:
    archive = hostile_archives.many_entries(tmp_path / "a", 30, folders=folders)
    with pytest.raises(TooLarge, match="more than 29 files and folders"):
        unpack(archive, tmp_path / "out", UnpackLimits(_MIB, 29))
    assert unpack(archive, tmp_path / "out2", UnpackLimits(_MIB, 30)) == (0 if folders else 30)


def test_every_folder_of_a_path_counts(tmp_path: Path) -> None:
    archive = hostile_archives.deep_paths(tmp_path / "a", count=20, depth=20)
    with pytest.raises(TooLarge, match="folders"):
        unpack(archive, tmp_path / "out", UnpackLimits(_MIB, 100))
    assert sum(1 for _ in (tmp_path / "out").rglob("*")) <= 100


def test_a_path_of_many_folders_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadDataset, match="folders deep"):
        unpack(hostile_archives.deep_paths(tmp_path / "a", 1, 1000), tmp_path / "out", UnpackLimits(_MIB, 10_000))


@pytest.mark.parametrize(
    "name",
    ["sokhan.json", "sub/sokhan.json", "Sokhan.JSON", ".cache/huggingface/x", ".sokhan-damaged.json", ".features/a",
     "a\nb.txt", "a\x1b[2Jb.txt", "a\u202etxt.exe", "x/\u2066y", "a\u0085b"],
)  # fmt: skip
def test_reserved_names_and_names_that_mislead_are_refused(tmp_path: Path, name: str) -> None:
    for number, content in enumerate(
        (zipped({name: b"x"}), hostile_archives.named(tmp_path / "t", [name]).read_bytes())
    ):
        (tmp_path / "a").write_bytes(content)
        with pytest.raises(BadDataset) as refused:
            unpack(tmp_path / "a", tmp_path / f"out{number}", UnpackLimits(_MIB, 10))
        assert refused.value.message.isprintable()


def test_names_that_are_equal_in_nfc_are_one_name(tmp_path: Path) -> None:
    archive = hostile_archives.named(tmp_path / "a", ["caf\u00e9.txt", "cafe\u0301.txt"])
    with pytest.raises(BadDataset, match="two files of one name"):
        unpack(archive, tmp_path / "out", UnpackLimits(_MIB, 10))


def test_persian_names_with_their_marks_stay(tmp_path: Path) -> None:
    archive = hostile_archives.named(tmp_path / "a", ["کتاب‌ها/\u200fمتن.txt"])
    assert unpack(archive, tmp_path / "out", UnpackLimits(_MIB, 10)) == 1


@pytest.mark.parametrize("free", [[0], [10 << 30, 0]], ids=["before", "during"])
def test_the_disks_space_is_asked_for(tmp_path: Path, free: list[int]) -> None:
    answers = iter([*free, *[0] * 100])
    (tmp_path / "a").write_bytes(zipped({"a.bin": b"0123456789abcdef" * (40 * _MIB // 16)}))
    with pytest.raises(NoSpace):
        unpack(tmp_path / "a", tmp_path / "out", UnpackLimits(1 << 30, 10, lambda _: next(answers)))


def test_a_compressed_tar_is_unpacked_once(tmp_path: Path) -> None:
    """Members whose size is a multiple of a block made tarfile seek back, and gzip start from the beginning."""
    out = io.BytesIO()
    contents = [random.Random(number).randbytes(512 * 4096) for number in range(8)]
    with tarfile.open(fileobj=out, mode="w:gz") as archive:
        for number, content in enumerate(contents):
            info = tarfile.TarInfo(f"{number}.bin")
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    (tmp_path / "a").write_bytes(out.getvalue())
    assert unpack(tmp_path / "a", tmp_path / "out", UnpackLimits(1 << 30, 100)) == 8
    assert [(tmp_path / "out" / f"{number}.bin").read_bytes() for number in range(8)] == contents


_NAMES = st.text(st.characters(codec="utf-8"), max_size=12) | st.sampled_from(
    ["a", "a/b", "../x", "/x", "sokhan.json", ".cache/a", "a/", "C:\\x", "é", "e\u0301", "a\u202eb", "." * 3]
)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    members=st.lists(st.tuples(_NAMES, st.binary(max_size=600), st.sampled_from([b"0", b"5", b"2", b"x", b"L", b"S"]))),
    mode=st.sampled_from(["w", "w:gz", "w:bz2", "w:xz"]),
    noise=st.lists(st.tuples(st.integers(0, 2000), st.integers(0, 255)), max_size=4),
)
def test_any_tar_stays_in_its_folder(
    tmp_path: Path, members: list[tuple[str, bytes, bytes]], mode: str, noise: list[tuple[int, int]]
) -> None:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload] # the mode is a parameter
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(content), kind, "../../x"
            archive.addfile(info, io.BytesIO(content))
    _stays_inside(tmp_path, _disturbed(out.getvalue(), noise), len(members))


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    files=st.dictionaries(_NAMES.filter(lambda name: name and "\0" not in name), st.binary(max_size=200), max_size=5),
    noise=st.lists(st.tuples(st.integers(0, 500), st.integers(0, 255)), max_size=6),
)
def test_any_zip_stays_in_its_folder(tmp_path: Path, files: dict[str, bytes], noise: list[tuple[int, int]]) -> None:
    _stays_inside(tmp_path, _disturbed(zipped(files), noise), len(files))


def _disturbed(content: bytes, noise: list[tuple[int, int]]) -> bytes:
    changed = bytearray(content)
    for place, value in noise:
        if place < len(changed):
            changed[place] = value
    return bytes(changed)


def _stays_inside(tmp_path: Path, content: bytes, members: int) -> None:
    area = tmp_path / "area"
    shutil.rmtree(area, ignore_errors=True)
    area.mkdir()
    (area / "archive").write_bytes(content)
    try:
        count = unpack(area / "archive", area / "out", UnpackLimits(_MIB, 40))
    except SokhanError:
        count = None
    assert {path.name for path in area.iterdir()} <= {"archive", "out"}
    assert not [path for path in area.rglob("*") if path.is_symlink()]
    if count is not None:
        assert count <= members
