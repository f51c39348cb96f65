"""Archives as people pack them: told by their first bytes, with the names that people see."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.errors import BadDataset
from shared.files import UnpackLimits, unpack
from tests.world.archives import builders

LIMITS = UnpackLimits(max_bytes=10_000_000, max_files=50)
PERSIAN = {"داده/آغاز کار.txt": b"a", "داده/جمله.txt": b"b", "notes.txt": b"c"}
# The code pages have Arabic's letters only: ی is written ي there.
ARABIC = {"صوت/جملة آغاز.txt": b"a", "notes.txt": b"c"}


def unpacked(tmp_path: Path, content: bytes) -> dict[str, bytes]:
    archive, target = tmp_path / "archive", tmp_path / "out"
    archive.write_bytes(content)
    target.mkdir()
    unpack(archive, target, LIMITS)
    return {p.relative_to(target).as_posix(): p.read_bytes() for p in target.rglob("*") if p.is_file()}


def test_names_from_a_mac_are_composed_and_its_own_files_are_left_out(tmp_path: Path) -> None:
    assert unpacked(tmp_path, builders.mac_zip(PERSIAN)) == PERSIAN


def test_names_in_utf8_without_the_zips_flag(tmp_path: Path) -> None:
    assert unpacked(tmp_path, builders.named_zip(PERSIAN, "utf-8")) == PERSIAN


@pytest.mark.parametrize("page", ["cp1256", "cp720"])
def test_names_in_a_code_page_of_windows(tmp_path: Path, page: str) -> None:
    assert unpacked(tmp_path, builders.named_zip(ARABIC, page)) == ARABIC


def test_names_of_western_europe_are_left_as_the_standard_has_them(tmp_path: Path) -> None:
    assert unpacked(tmp_path, builders.named_zip({"café/naïve.txt": b"a"}, "cp437")) == {"café/naïve.txt": b"a"}


def test_names_in_info_zips_extra_field(tmp_path: Path) -> None:
    assert unpacked(tmp_path, builders.info_zip(PERSIAN)) == PERSIAN


@pytest.mark.parametrize("encoding", ["utf-8", "cp1256"])
def test_names_in_a_tar(tmp_path: Path, encoding: str) -> None:
    assert unpacked(tmp_path, builders.named_tar(ARABIC, encoding)) == ARABIC


def test_a_tar_that_holds_a_zip_is_a_tar(tmp_path: Path) -> None:
    inner = builders.named_zip({"inner.txt": b"x"}, "ascii")
    found = unpacked(tmp_path, builders.tar_that_ends_in_a_zip(PERSIAN, inner))
    assert found == {**PERSIAN, "original.zip": inner}


def test_a_tar_gz_with_the_sign_of_a_zip_near_its_end_is_whole(tmp_path: Path) -> None:
    found = unpacked(tmp_path, builders.tar_gz_with_a_zips_sign(PERSIAN))
    assert {name: found[name] for name in PERSIAN} == PERSIAN


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"Rar!\x1a\x07\x01\x00" + bytes(600), "a RAR archive"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), "a 7z archive"),
        (b"%PDF-1.7" + bytes(600), "a PDF document"),
        (builders.workbook(), "an Excel or Word document"),
        (b"just text", "neither a zip nor a tar"),
        (b"", "neither a zip nor a tar"),
    ],
)
def test_what_cannot_be_unpacked_is_named(tmp_path: Path, content: bytes, said: str) -> None:
    with pytest.raises(BadDataset, match=said):
        unpacked(tmp_path, content)


def test_a_file_whose_name_no_disk_takes_is_named_without_our_paths(tmp_path: Path) -> None:
    name = "ب" * 150 + ".wav"
    with pytest.raises(BadDataset, match="longer than 255 bytes: بب") as refused:
        unpacked(tmp_path, builders.named_zip({name: b"x"}, "utf-8"))
    assert str(tmp_path) not in refused.value.message
