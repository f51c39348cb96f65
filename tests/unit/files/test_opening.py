"""No link leads out of a folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from shared.contracts.errors import BadDataset
from shared.files.opening import hash_below, names_below, open_below, walk_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "secret").write_bytes(b"secret")
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.wav").write_bytes(b"secret")
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    (folder / "sub" / "a.wav").write_bytes(b"sound")
    return folder


def test_a_file_is_read_and_hashed(folder: Path) -> None:
    with open_below(folder, "sub/a.wav") as file:
        assert file.read() == b"sound"
    hashed = hash_below(folder, "sub/a.wav")
    assert (hashed.size, len(hashed.sha256)) == (5, 64)
    assert list(walk_files(folder)) == ["sub/a.wav"]
    assert names_below(folder, "sub") == ["a.wav"]


@pytest.mark.parametrize(
    "path", ["link", "sub/link", "linked/a.wav", "../secret", "/etc/passwd", "pipe", "sub", "gone"]
)
def test_a_path_that_is_no_file_of_the_folder_is_not_opened(folder: Path, path: str) -> None:
    (folder / "link").symlink_to(folder.parent / "secret")
    (folder / "sub" / "link").symlink_to("a.wav")
    (folder / "linked").symlink_to(folder.parent / "outside")
    os.mkfifo(folder / "pipe")
    with pytest.raises(OSError):
        open_below(folder, path)


def test_links_are_not_listed_and_not_walked(folder: Path) -> None:
    (folder / "sub" / "link.wav").symlink_to(folder.parent / "secret")
    (folder / "linked").symlink_to(folder.parent / "outside")
    assert names_below(folder, "sub") == ["a.wav"]
    assert names_below(folder, "linked") == []
    assert names_below(folder, "gone") == []
    with pytest.raises(BadDataset):
        list(walk_files(folder))
