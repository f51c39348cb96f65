"""Walks the data tree and says what is there. A broken folder is reported, never fatal."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from services.scanner.recognise import COQUI_VOICE, UNKNOWN, recognise
from shared.contracts.assets import Asset, AssetDetails, AssetKind, AssetStatus
from shared.files import MANIFEST, DataTree, Manifest, read_manifest, safe_relative
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
_PART = ".part"
# What an asset document lists; a dataset of 100,000 clips is counted, not listed.
_LISTED_FILES = 200


@dataclass(frozen=True, slots=True)
class _Tree:
    """The regular files below a folder: path relative to it, size in bytes; `newest` is a modification time in ns."""

    sizes: dict[str, int]
    newest: int

    @property
    def fingerprint(self) -> str:
        text = "\n".join(f"{path} {size}" for path, size in sorted(self.sizes.items()))
        return hashlib.sha256(f"{self.newest}\n{text}".encode(errors="surrogateescape")).hexdigest()[:32]


def walk(tree: DataTree) -> list[Asset]:
    """Every model, dataset and checkpoint below the data folder. Blocking."""
    found: list[Asset] = []
    for kind, folder, asset_id in _candidates(tree):
        try:
            asset = look_at(tree, kind, folder, asset_id)
        except OSError as error:
            _LOG.warning("folder_unreadable", path=tree.relative(folder), reason=error.strerror)
            continue
        if asset is not None:
            found.append(asset)
    return found


def _candidates(tree: DataTree) -> Iterator[tuple[AssetKind, Path, str]]:
    places: tuple[tuple[AssetKind, Path], ...] = (
        ("model", tree.root / "models"),
        ("dataset", tree.root / "datasets"),
        ("checkpoint", tree.checkpoints),
    )
    for kind, place in places:
        for outer in _folders(place):
            for inner in _folders(outer):
                name = inner.name if outer.name == "_" else f"{outer.name}/{inner.name}"
                yield kind, inner, name


def _folders(place: Path) -> list[Path]:
    try:
        return sorted(p for p in place.iterdir() if p.is_dir() and not p.name.startswith(".") and safe_relative(p.name))
    except OSError as error:
        _LOG.warning("folder_unreadable", path=str(place), reason=error.strerror)
        return []


def look_at(tree: DataTree, kind: AssetKind, folder: Path, asset_id: str) -> Asset | None:
    """One folder as an asset; None while it is empty."""
    content = _content(folder)
    if not content.sizes:
        return None
    manifest = read_manifest(folder) if MANIFEST in content.sizes else None
    names = tuple(sorted(name for name in content.sizes if name != MANIFEST))
    recognition = recognise(folder, kind, names)
    status, problem = _status(kind, content, manifest, recognition.type)
    changed = datetime.fromtimestamp(content.newest / 1e9, UTC)
    made_here = kind == "checkpoint" or recognition.type == COQUI_VOICE
    source = manifest.source if manifest else ("training" if made_here else "local")
    return Asset(
        id=asset_id,
        kind=kind,
        name=asset_id.rsplit("/", 1)[-1] if kind != "checkpoint" else asset_id,
        path=tree.relative(folder),
        type=recognition.type,
        size=sum(size for name, size in content.sizes.items() if name != MANIFEST),
        file_count=len(names),
        files=names[:_LISTED_FILES],
        status=status,
        problem=problem,
        source=source,
        commit=manifest.commit if manifest else None,
        details=_details(recognition.details, manifest),
        downloaded_at=manifest.created_at if manifest else changed,
        updated_at=changed,
        fingerprint=content.fingerprint,
    )


def _content(folder: Path) -> _Tree:
    sizes: dict[str, int] = {}
    newest = 0
    for place, folders, files in os.walk(folder):
        # .cache is the Hub client's own bookkeeping; a linked folder could lead anywhere
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            path = Path(place, name)
            if name.startswith(".") or path.is_symlink():
                continue
            try:
                stat = path.stat()
            except OSError:
                continue  # removed while we looked
            relative = path.relative_to(folder).as_posix()
            if safe_relative(relative) is None:
                _LOG.warning("name_unreadable", path=ascii(relative))
                continue
            sizes[relative] = stat.st_size
            newest = max(newest, stat.st_mtime_ns)
    return _Tree(sizes, newest)


def _status(kind: AssetKind, content: _Tree, manifest: Manifest | None, type_: str) -> tuple[AssetStatus, str | None]:
    if manifest is not None:
        for file in manifest.files:
            if content.sizes.get(file.path) != file.size:
                return "error", f"{file.path} is missing or has another size than when it was installed."
        return "ready", None
    if any(name.endswith(_PART) for name in content.sizes):
        return "downloading", None
    if type_ == UNKNOWN and kind != "checkpoint":
        return "error", "Nothing in this folder is known to Sokhan."
    return "ready", None


def _details(details: AssetDetails, manifest: Manifest | None) -> AssetDetails:
    if manifest is None or manifest.statistics is None:
        return details
    statistics = manifest.statistics
    return details.model_copy(
        update={
            "items": statistics.items,
            "hours": statistics.hours,
            "sample_rate": statistics.sample_rate,
            "characters": statistics.characters,
            "skipped": statistics.skipped,
        }
    )
