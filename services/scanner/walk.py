"""Walks the data tree and says what is there. A broken folder is reported, never fatal.

A folder whose files have the sizes, times and permissions that they had is not opened: it is what it was.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from services.scanner.content import Content, read_content
from services.scanner.flaws import flaw_of_copied, flaw_of_installed
from services.scanner.places import Place, places
from services.scanner.recognise import COQUI_VOICE, UNKNOWN, named_repository, recognise
from shared.contracts.assets import Asset, AssetDetails, AssetStatus
from shared.files import MANIFEST, DataTree, Manifest, read_manifest
from shared.telemetry import get_logger

_LOG = get_logger("scanner")
# What an asset document lists; a dataset of 100,000 clips is counted, not listed.
_LISTED_FILES = 200


def walk(
    tree: DataTree,
    known: Mapping[str, Asset] | None = None,
    *,
    coming: Collection[str] = (),
    only: Collection[Path] | None = None,
) -> list[Asset]:
    """Every model, dataset and checkpoint below the data folder. Blocking. Raises `Unavailable`.

    `known`: what the last walk found, by key; `coming`: keys of what is being downloaded; `only`: the folders that
    something happened in, where that is known. What is new or gone is seen in any case.
    """
    known = known or {}
    found: dict[str, Asset] = {}
    for place in places(tree):
        key = f"{place.kind}:{place.asset_id}"
        before = known.get(key)
        if before is not None and only is not None and place.folder not in only and place.problem is None:
            found[key] = before
            continue
        try:
            asset = look_at(tree, place, before, coming=key in coming)
        except OSError as error:
            asset = _unreadable(tree, place, f"The folder cannot be read: {error.strerror or error}.")
        if asset is not None:
            # A folder that lies in the wrong place never hides one in the right place.
            found[key] = found.get(key, asset) if place.problem else asset
    return list(found.values())


def look_at(tree: DataTree, place: Place, before: Asset | None = None, *, coming: bool = False) -> Asset | None:
    """One folder as an asset; None while it is empty."""
    if place.problem is not None:
        return _unreadable(tree, place, place.problem)
    content = read_content(place.folder)
    if content.empty:
        return None
    fingerprint = content.fingerprint(coming=coming)
    if before is not None and before.fingerprint == fingerprint:
        return before
    manifest = read_manifest(place.folder) if MANIFEST in content.files else None
    if manifest is not None:
        content = replace(content, recorded=frozenset(file.path for file in manifest.files))
    recognition = recognise(place.folder, place.kind, content.names)
    status, problem = _status(place, content, manifest, recognition.type, coming=coming)
    changed = _changed(place.folder, content)
    made_here = place.kind == "checkpoint" or recognition.type == COQUI_VOICE
    return Asset(
        id=place.asset_id,
        kind=place.kind,
        name=_name(place),
        path=tree.relative(place.folder),
        type=recognition.type,
        size=content.size,
        file_count=len(content.names),
        files=content.names[:_LISTED_FILES],
        status=status,
        problem=problem,
        source=manifest.source if manifest else ("training" if made_here else "local"),
        repo_id=manifest.repo_id if manifest else named_repository(place.folder, content.names),
        commit=manifest.commit if manifest else None,
        details=_details(recognition.details, manifest),
        downloaded_at=manifest.created_at if manifest else changed,
        updated_at=changed,
        fingerprint=fingerprint,
    )


def _status(
    place: Place, content: Content, manifest: Manifest | None, type_: str, *, coming: bool
) -> tuple[AssetStatus, str | None]:
    if manifest is not None:
        flaw = flaw_of_installed(place.folder, content, manifest)
    elif content.partial or coming:
        return "downloading", None
    else:
        flaw = flaw_of_copied(place.folder, place.kind, content, type_)
    return ("error", flaw) if flaw else ("ready", None)


def _unreadable(tree: DataTree, place: Place, problem: str) -> Asset:
    content = Content(troubles=(problem,))
    changed = _changed(place.folder, content)
    return Asset(
        id=place.asset_id,
        kind=place.kind,
        name=_name(place),
        path=tree.relative(place.folder),
        type=UNKNOWN,
        size=0,
        file_count=0,
        status="error",
        problem=problem,
        source="local",
        downloaded_at=changed,
        updated_at=changed,
        fingerprint=content.fingerprint(coming=False),
    )


def _name(place: Place) -> str:
    return place.asset_id if place.kind == "checkpoint" else place.asset_id.rsplit("/", 1)[-1]


def _changed(folder: Path, content: Content) -> datetime:
    """When the newest file was written; of a folder without any, when it was changed itself."""
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
