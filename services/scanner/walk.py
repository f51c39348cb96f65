"""Walks the data tree and returns its assets. A broken folder is reported, not fatal.

A folder whose files have the same sizes, times and permissions as before is not read again. Its record of access is
read every time.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from services.scanner.content import Content, read_content
from services.scanner.detection import COQUI_VOICE, UNKNOWN, detect, named_repository
from services.scanner.integrity import integrity_error_of_copied, integrity_error_of_installed
from services.scanner.locations import AssetLocation, asset_locations
from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.assets import Asset, AssetDetails, AssetStatus
from shared.files import MANIFEST, DataTree, Manifest, read_access, read_manifest
from shared.files.access import default_access
from shared.files.members import ACCESS
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
# The most files in an asset document; those of a dataset with 100,000 clips are counted, not listed.
_LISTED_FILES = 200


def walk(
    tree: DataTree,
    known: Mapping[str, Asset] | None = None,
    *,
    download_running: Collection[str] = (),
    only: Collection[Path] | None = None,
) -> list[Asset]:
    """Every model, dataset and checkpoint below the data folder. Blocking. Raises `Unavailable`.

    `known`: the assets of the last walk, by key. `download_running`: keys of assets in download. `only`: folders with
    changes, if the caller knows them; new and removed folders are detected in any case.
    """
    known = known or {}
    assets: dict[str, Asset] = {}
    for location in asset_locations(tree):
        key = f"{location.kind}:{location.asset_id}"
        before = known.get(key)
        touched = only is None or location.folder in only or location.access_folder / ACCESS in only
        if before is not None and not touched and location.problem is None:
            assets[key] = before
            continue
        try:
            asset = scan_location(tree, location, before, download_running=key in download_running)
        except OSError as error:
            asset = _unreadable(tree, location, f"The folder cannot be read: {error.strerror or error}.")
        if asset is not None:
            # A misplaced folder never hides one in the right location.
            assets[key] = assets.get(key, asset) if location.problem else asset
    return list(assets.values())


def scan_location(
    tree: DataTree, location: AssetLocation, before: Asset | None = None, *, download_running: bool = False
) -> Asset | None:
    """The asset in a folder; None if it is empty. `before`: the asset of the last walk. Blocking."""
    if location.problem is not None:
        return _unreadable(tree, location, location.problem)
    content = read_content(location.folder)
    if content.empty:
        return None
    fingerprint = content.fingerprint(download_running=download_running)
    access = _access(location, content, download_running=download_running)
    if before is not None and before.fingerprint == fingerprint:
        return before if before.access == access else before.model_copy(update={"access": access})
    manifest = read_manifest(location.folder) if MANIFEST in content.files else None
    if manifest is not None:
        content = replace(content, recorded=frozenset(file.path for file in manifest.files))
    recognition = detect(location.folder, location.kind, content.names)
    status, problem = _status(location, content, manifest, recognition.type, download_running=download_running)
    changed = _changed(location.folder, content)
    made_here = location.kind == "checkpoint" or recognition.type == COQUI_VOICE
    return Asset(
        id=location.asset_id,
        kind=location.kind,
        name=_name(location),
        path=tree.relative(location.folder),
        type=recognition.type,
        size=content.size,
        file_count=len(content.names),
        files=content.names[:_LISTED_FILES],
        status=status,
        problem=problem,
        source=manifest.source if manifest else ("training" if made_here else "local"),
        repo_id=manifest.repo_id if manifest else named_repository(location.folder, content.names),
        commit=manifest.commit if manifest else None,
        details=_details(recognition.details, manifest),
        access=access,
        downloaded_at=manifest.created_at if manifest else changed,
        updated_at=changed,
        fingerprint=fingerprint,
    )


def _access(location: AssetLocation, content: Content, *, download_running: bool) -> AssetAccess:
    recorded = read_access(location.access_folder)
    if recorded is not None:
        return recorded
    in_download = download_running or content.partial
    namespace = location.asset_id.rpartition("/")[0]
    return default_access(location.kind, namespace, content.files, in_download=in_download)


def _status(
    location: AssetLocation, content: Content, manifest: Manifest | None, type_: str, *, download_running: bool
) -> tuple[AssetStatus, str | None]:
    if manifest is not None:
        flaw = integrity_error_of_installed(location.folder, content, manifest)
    elif content.partial or download_running:
        return "downloading", None
    else:
        flaw = integrity_error_of_copied(location.folder, location.kind, content, type_)
    return ("error", flaw) if flaw else ("ready", None)


def _unreadable(tree: DataTree, location: AssetLocation, problem: str) -> Asset:
    content = Content(problems=(problem,))
    changed = _changed(location.folder, content)
    return Asset(
        id=location.asset_id,
        kind=location.kind,
        name=_name(location),
        path=tree.relative(location.folder),
        type=UNKNOWN,
        size=0,
        file_count=0,
        status="error",
        problem=problem,
        source="local",
        access=INSTALLATION if location.misplaced else read_access(location.access_folder) or AssetAccess(),
        downloaded_at=changed,
        updated_at=changed,
        fingerprint=content.fingerprint(download_running=False),
    )


def _name(location: AssetLocation) -> str:
    return location.asset_id if location.kind == "checkpoint" else location.asset_id.rsplit("/", 1)[-1]


def _changed(folder: Path, content: Content) -> datetime:
    """The modification time of the newest file, or of the folder if it has none."""
    newest = content.newest
    if not newest:
        try:
            newest = folder.stat().st_mtime_ns
        except OSError:
            newest = 0
    return datetime.fromtimestamp(newest / 1e9, UTC)


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
