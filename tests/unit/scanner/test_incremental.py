"""A walk opens only what changed, and a watch looks only where something happened."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from watchfiles import Change

from services.scanner.detection import detect
from services.scanner.locations import location_of
from services.scanner.walk import walk
from services.scanner.watch import change_filter
from shared.contracts.assets import Asset
from shared.files import DataTree
from tests.support.folders import BERT, install, safetensors, write

WHOLE = {"config.json": BERT, "model.safetensors": safetensors()}


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The folders whose content was examined."""
    examined: list[str] = []

    def noted(folder: Path, *rest: object) -> object:
        examined.append(folder.name)
        return detect(folder, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr("services.scanner.walk.detect", noted)
    return examined


def again(tree: DataTree, before: list[Asset], only: set[Path] | None = None) -> list[Asset]:
    return walk(tree, {asset.key: asset for asset in before}, only=only)


def test_what_did_not_change_is_not_opened_again(tree: DataTree, read: list[str]) -> None:
    folders = [install(tree.root / f"models/ns/m{number}", WHOLE) for number in range(3)]
    first = walk(tree)
    assert read == ["m0", "m1", "m2"]
    read.clear()
    assert again(tree, first) == first
    assert read == []
    os.utime(folders[1] / "config.json", (1, 1))  # older than before, yet another time
    again(tree, first)
    assert read == ["m1"]


def test_a_watch_looks_where_something_happened_and_still_sees_what_is_new_or_gone(
    tree: DataTree, read: list[str]
) -> None:
    folders = [install(tree.root / f"models/ns/m{number}", WHOLE) for number in range(3)]
    first = walk(tree)
    read.clear()
    for folder in folders[:2]:
        write(folder, {"config.json": BERT + b" "})
    (folders[2]).rename(tree.root / "models/ns/moved")
    seen = {asset.id: asset.status for asset in again(tree, first, only={folders[0]})}
    assert seen == {"ns/m0": "error", "ns/m1": "ready", "ns/moved": "ready"}
    assert read == ["m0", "moved"]


def test_the_folder_of_a_change_is_that_of_its_asset() -> None:
    root = Path("/data")
    assert location_of(root, Path("/data/models/ns/name/sub/file")) == Path("/data/models/ns/name")
    assert location_of(root, Path("/data/models/ns/name")) == Path("/data/models/ns/name")
    assert location_of(root, Path("/data/models/ns")) is None


@pytest.mark.parametrize(
    ("path", "news"),
    [
        ("models/ns/name/model.safetensors", True),
        ("models/ns/name", True),
        ("models/ns/صدای من/config.json", True),
        ("models/ns/name/model.safetensors.sokhan-part", False),
        ("models/ns/name/model.safetensors.sokhan-part.journal", False),
        ("models/ns/name/.cache/huggingface/download/a.metadata", False),
        ("models/ns/name/.sokhan.json.1234.tmp", False),
        ("models/ns/name/.sokhan-damaged.json", False),
        ("models/ns/name/.features/0a/report.json", False),
        ("models/ns/name/.gitattributes", True),
        ("models/ns/name/sokhan.json", True),
        ("models/ns/name/.DS_Store", False),
    ],
)
@pytest.mark.parametrize("root", ["/data", "/home/user/.local/share/sokhan"])
def test_partial_writes_and_notes_behind_a_dot_are_no_news(root: str, path: str, news: bool) -> None:
    assert change_filter(Path(root))(Change.modified, f"{root}/{path}") is news
