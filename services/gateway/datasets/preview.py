"""Previews of installed datasets: rows with their recordings, and figures for plots."""

from __future__ import annotations

import asyncio
import os
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from urllib.parse import quote

from services.gateway.assets.service import AssetsService
from services.gateway.conditional import etag_of
from services.gateway.datasets.reader import DatasetReader
from services.gateway.datasets.schemas import PreviewView
from shared.contracts.assets import Asset
from shared.contracts.errors import NotFound
from shared.files import DataTree
from shared.files.opening import open_below
from shared.preview.models import MAX_PAGE, DatasetFigures, PreviewPage, RowPreview

_MEDIA_TYPES = {
    ".wav": "audio/wav",
    ".flac": "audio/flac",
    ".mp3": "audio/mpeg",
    ".ogg": "audio/ogg",
    ".oga": "audio/ogg",
    ".opus": "audio/ogg",
    ".m4a": "audio/mp4",
    ".mp4": "audio/mp4",
    ".aac": "audio/aac",
    ".wma": "audio/x-ms-wma",
    ".aiff": "audio/aiff",
    ".aif": "audio/aiff",
    ".webm": "audio/webm",
}


@dataclass(frozen=True, slots=True)
class Recording:
    """`etag` changes with the file's time and size."""

    path: Path
    media_type: str
    etag: str


class PreviewService:
    def __init__(self, assets: AssetsService, reader: DatasetReader, tree: DataTree) -> None:
        self._assets = assets
        self._reader = reader
        self._tree = tree

    async def preview(self, name: str, offset: int, limit: int, viewer: str, *, statistics: bool) -> PreviewView:
        """Rows from `offset`, at most 100. Raises `NotFound`, `BadDataset`, `RateLimited`, `Unavailable`."""
        asset = await self._assets.get("dataset", name, viewer)
        folder = self._folder(asset)
        pages = [
            await self._reader.page(folder, asset.fingerprint, number, viewer)
            for number in range(offset // MAX_PAGE, (offset + limit - 1) // MAX_PAGE + 1)
        ]
        rows = [row for page in pages for row in page.rows]
        chosen = [row for row in rows if offset <= row.index < offset + limit]
        figures = await self._reader.figures(folder, asset.fingerprint, viewer) if statistics else None
        return PreviewView(
            id=asset.id,
            format=pages[0].format,
            offset=offset,
            limit=limit,
            total=_total(asset, pages, figures),
            more=pages[-1].more or (bool(rows) and rows[-1].index >= offset + limit),
            rows=tuple(_with_address(row, asset.id) for row in chosen),
            problem=pages[-1].problem,
            statistics=figures,
        )

    async def recording(self, name: str, row: int, viewer: str) -> Recording:
        """The recording of a row. Raises `NotFound`, also for one that lies outside of the dataset or is a link."""
        asset = await self._assets.get("dataset", name, viewer)
        folder = self._folder(asset)
        page = await self._reader.page(folder, asset.fingerprint, row // MAX_PAGE, viewer)
        audio = next((found.audio for found in page.rows if found.index == row), None)
        media_type = _MEDIA_TYPES.get(PurePosixPath(audio or "").suffix.lower())
        if audio is None or media_type is None:
            raise NotFound(f"Row {row:,} of {asset.id} has no recording.")
        try:
            etag = await asyncio.to_thread(_etag, folder, audio)
        except OSError as error:
            raise NotFound(f"The recording of row {row:,} of {asset.id} is not there.") from error
        return Recording(folder / audio, media_type, etag)

    def _folder(self, asset: Asset) -> Path:
        return (self._tree.root / asset.path).resolve()


def _etag(folder: Path, relative: str) -> str:
    """Raises `OSError` for a path that is not a regular file below the folder, reached without links."""
    with open_below(folder, relative) as file:
        return etag_of(os.fstat(file.fileno()))


def _with_address(row: RowPreview, asset_id: str) -> RowPreview:
    address = f"/api/datasets/{quote(asset_id)}/audio/{row.index}" if row.audio else None
    return row.model_copy(update={"audio": address})


def _total(asset: Asset, pages: list[PreviewPage], figures: DatasetFigures | None) -> int | None:
    """The number of rows, skipped ones included, from whichever source has counted all of them."""
    if not pages[-1].more and pages[-1].rows:
        return pages[-1].rows[-1].index + 1
    if figures is not None and not figures.truncated:
        return figures.rows + figures.skipped
    if asset.details.items is not None:
        return asset.details.items + (asset.details.skipped or 0)
    return None
