"""Gives the assets of one owner to another. Folders and ids stay; only the records of access change."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from shared.contracts.access import AssetAccess
from shared.contracts.assets import AssetKind
from shared.contracts.holding import given
from shared.files import DataTree, change_access, read_manifest
from shared.files.access import default_access

_FOLDERS: tuple[AssetKind, ...] = ("model", "dataset")


@dataclass(frozen=True, slots=True)
class _Folder:
    """A folder with a record of access. `asset_id` of checkpoints is the id of their run."""

    kind: AssetKind
    path: Path
    asset_id: str


def give_assets(tree: DataTree, giver: str, receiver: str) -> list[str]:
    """Give every asset of `giver` to `receiver`. Returns their keys, `kind:id`, sorted; `checkpoint:<run id>`.

    With the giver `local`, it also gives what Sokhan made before there were accounts. Repeating it changes nothing
    and returns an empty list. Blocking. Raises `OSError`.
    """
    return sorted(
        f"{folder.kind}:{folder.asset_id}" for folder in _folders(tree) if _give(tree, folder, giver, receiver)
    )


def _give(tree: DataTree, folder: _Folder, giver: str, receiver: str) -> bool:
    manifest = read_manifest(folder.path)
    from_hub = manifest is not None and manifest.source == "HuggingFace"
    changed = False

    def change(recorded: AssetAccess | None) -> AssetAccess | None:
        nonlocal changed
        before = recorded or _default(folder)
        after = given(before, giver, receiver, from_hub=from_hub)
        changed = after != before
        return after if changed else recorded

    with suppress(FileNotFoundError):  # removed meanwhile
        change_access(folder.path, tree.locks, change)
    return changed


def _default(folder: _Folder) -> AssetAccess:
    namespace = folder.asset_id.rpartition("/")[0]
    return default_access(folder.kind, namespace, {path.name for path in folder.path.iterdir()})


def _folders(tree: DataTree) -> Iterator[_Folder]:
    for kind in _FOLDERS:
        for path in _below(tree.root / f"{kind}s", levels=2):
            yield _Folder(kind, path, tree.asset_id(path))
    for path in _below(tree.checkpoints, levels=1):
        yield _Folder("checkpoint", path, path.name)


def _below(folder: Path, levels: int) -> Iterator[Path]:
    if levels == 0:
        yield folder
        return
    for inner in sorted(folder.iterdir()):
        if inner.is_dir() and not inner.name.startswith("."):
            yield from _below(inner, levels - 1)
