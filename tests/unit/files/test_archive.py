"""Unpacking what strangers send (the end-to-end tests send the same through the gateway)."""

from __future__ import annotations

import io
import tarfile
from pathlib import Path

import pytest

from shared.contracts.errors import BadDataset, TooLarge
from shared.files import UnpackLimits, safe_relative, unpack
from tests.support.ljspeech import zipped

LIMITS = UnpackLimits(max_bytes=10_000_000, max_files=20)


def attempt(tmp_path: Path, content: bytes, limits: UnpackLimits = LIMITS) -> list[str]:
    archive, target = tmp_path / "archive", tmp_path / "out"
    archive.write_bytes(content)
    target.mkdir()
    unpack(archive, target, limits)
    return sorted(p.relative_to(target).as_posix() for p in target.rglob("*") if p.is_file())


def tar(*members: tuple[tarfile.TarInfo, bytes], mode: str = "w:gz") -> bytes:
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode=mode) as archive:  # type: ignore[call-overload] # the mode is a parameter
        for info, content in members:
            info.size = len(content)
            archive.addfile(info, io.BytesIO(content))
    return out.getvalue()


def test_files_and_folders_come_out(tmp_path: Path) -> None:
    assert attempt(tmp_path, zipped({"a.txt": b"a", "b/فارسی.txt": b"b"})) == ["a.txt", "b/فارسی.txt"]


@pytest.mark.parametrize("mode", ["w", "w:gz", "w:bz2", "w:xz"])
def test_every_tar(tmp_path: Path, mode: str) -> None:
    assert attempt(tmp_path, tar((tarfile.TarInfo("x/y"), b"1"), mode=mode)) == ["x/y"]


@pytest.mark.parametrize("name", ["../x", "a/../../x", "/x", "C:\\x", "..\\x", "a\\..\\..\\x"])
def test_a_member_that_climbs_out_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(BadDataset):
        attempt(tmp_path, zipped({name: b"x"}))
    assert not (tmp_path / "x").exists()


@pytest.mark.parametrize("kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE])
def test_links_and_devices_are_refused(tmp_path: Path, kind: bytes) -> None:
    info = tarfile.TarInfo("evil")
    info.type, info.linkname = kind, "/etc/passwd"
    with pytest.raises(BadDataset):
        attempt(tmp_path, tar((info, b"")))


def test_limits_are_counted_not_believed(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        attempt(tmp_path, zipped({"a": bytes(11_000_000)}))


def test_too_many_files(tmp_path: Path) -> None:
    with pytest.raises(TooLarge):
        attempt(tmp_path, zipped({str(n): b"" for n in range(21)}))


def test_two_members_of_one_name(tmp_path: Path) -> None:
    with pytest.raises(BadDataset):
        attempt(tmp_path, tar((tarfile.TarInfo("a"), b"1"), (tarfile.TarInfo("a"), b"2")))


@pytest.mark.parametrize("cut", [10, 100, 150])
def test_a_cut_off_archive_is_damaged_not_a_crash(tmp_path: Path, cut: int) -> None:
    with pytest.raises(BadDataset):
        attempt(tmp_path, tar((tarfile.TarInfo("a"), bytes(range(256)) * 50))[:cut])


def test_safe_relative_paths() -> None:
    assert safe_relative("a/b") is not None
    assert all(safe_relative(p) is None for p in ("", ".", "..", "/a", "a/../b", "C:/a", "a\0b"))


@pytest.mark.parametrize("names", [("a", "a/b.txt"), ("a/b.txt", "a"), ("x/é.wav", "x/e\u0301.wav/y")])
def test_a_file_and_a_folder_of_one_name_are_named(tmp_path: Path, names: tuple[str, str]) -> None:
    archive = tmp_path / "a.zip"
    archive.write_bytes(zipped(dict.fromkeys(names, b"x")))
    with pytest.raises(BadDataset, match="a file and a folder"):
        unpack(archive, tmp_path / "out", LIMITS)
