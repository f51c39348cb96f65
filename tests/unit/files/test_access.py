"""The record of access in an asset's folder."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.holding import held_by, owned_by
from shared.files import DataTree, change_access, publish_folder, read_access, write_access
from shared.files.access import default_access, write_new_access
from shared.files.members import ACCESS, is_bookkeeping, is_note
from shared.hub.files import storable
from shared.products import MODEL, VOICE

SARA = owned_by("sara")
SHARED = AssetAccess(owner=None, visibility="shared")


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path)
    tree.prepare()
    return tree


def test_it_is_read_as_written(tmp_path: Path) -> None:
    assert read_access(tmp_path) is None
    assert read_access(tmp_path / "gone") is None
    write_access(tmp_path, SHARED)
    assert read_access(tmp_path) == SHARED
    assert [path.name for path in tmp_path.iterdir()] == [ACCESS]


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"visibility": "everyone"}', b"\xff", b" " * 2_000_000])
def test_a_damaged_record_shows_nothing(tmp_path: Path, content: bytes) -> None:
    (tmp_path / ACCESS).write_bytes(content)
    assert read_access(tmp_path) == AssetAccess()


def test_a_link_to_another_record_is_not_followed(tmp_path: Path) -> None:
    write_access(tmp_path, SHARED)
    other = tmp_path / "other"
    other.mkdir()
    (other / ACCESS).symlink_to(tmp_path / ACCESS)
    assert read_access(other) == AssetAccess()


def test_two_writers_lose_no_holder(tree: DataTree) -> None:
    folder = tree.folder("model", "ns/a")
    folder.mkdir(parents=True)
    names = [f"user-{n}" for n in range(24)]
    writers = [
        threading.Thread(
            target=change_access, args=(folder, tree.locks, lambda access, n=name: held_by(access, n, restricted=False))
        )
        for name in names
    ]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    access = read_access(folder)
    assert access is not None
    assert access.holders == tuple(sorted(names))


def test_no_record_is_written_for_a_folder_that_is_gone(tree: DataTree) -> None:
    with pytest.raises(FileNotFoundError):
        change_access(tree.folder("model", "ns/gone"), tree.locks, lambda _: SARA)


def test_the_default_needs_no_record(tmp_path: Path, tree: DataTree) -> None:
    write_new_access(tmp_path, AssetAccess())
    assert change_access(tmp_path, tree.locks, lambda _: None) is None
    assert read_access(tmp_path) is None


def test_it_stays_in_force_for_the_next_version(tree: DataTree) -> None:
    target, staged = tree.folder("model", "~sara/voice"), tree.tmp / "staged"
    write_new_access(_made(target), SHARED)
    write_new_access(_made(staged), SARA)
    publish_folder(staged, target, trash=tree.tmp)
    assert read_access(target) == SHARED
    write_new_access(_made(staged), SARA)
    publish_folder(staged, tree.folder("model", "~sara/new"), trash=tree.tmp)
    assert read_access(tree.folder("model", "~sara/new")) == SARA


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


@pytest.mark.parametrize(
    ("names", "expected"),
    [
        (("config.json",), INSTALLATION),
        (("config.json", "sokhan.json"), AssetAccess()),
        (("config.json", VOICE), AssetAccess()),
        (("config.json", MODEL), AssetAccess()),
        (("sub/w.bin.sokhan-part",), AssetAccess()),
    ],
)
def test_without_a_record_only_what_was_copied_by_hand_is_seen(names: tuple[str, ...], expected: AssetAccess) -> None:
    assert default_access("model", "ns", names) == expected
    assert default_access("model", "ns", names, in_download=True) == AssetAccess()
    assert default_access("model", "~sara", names) == AssetAccess()
    assert default_access("checkpoint", "run", names) == AssetAccess()


def test_it_is_no_content_and_no_repository_has_one() -> None:
    assert is_note(ACCESS)
    assert is_bookkeeping(f".{ACCESS}.0a1b.tmp")
    assert not storable(ACCESS)
    assert not storable(f"sub/{ACCESS}")
