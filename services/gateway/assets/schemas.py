"""Assets as clients know them (api.md, "Assets and datasets" and `installed`)."""

from __future__ import annotations

from typing import Literal

from pydantic import AwareDatetime, Field

from shared.contracts.access import Visibility, may_change
from shared.contracts.assets import Asset, AssetDetails, AssetKind, AssetSource, AssetStatus
from shared.contracts.catalog import CatalogEntry
from shared.contracts.mended import Mended
from shared.contracts.wire import Wire

_WEIGHTS = (".safetensors", ".bin", ".pth", ".pt", ".onnx", ".gguf", ".ckpt", ".h5", ".msgpack")


InstalledKind = Literal["model", "dataset"]


class AssetView(Wire):
    """`size` in bytes. `owner` is None for a repository of the Hub and for what belongs to the installation; `mine`:
    whether the caller may change the asset as its owner, or has downloaded it."""

    id: str
    name: str
    kind: AssetKind
    type: str
    size: int
    status: AssetStatus
    problem: str | None = None
    source: AssetSource
    downloaded_at: AwareDatetime
    details: AssetDetails
    owner: str | None = None
    visibility: Visibility = "private"
    mine: bool = False


UseKind = Literal["training", "speech", "download", "scan", "listener", "deployment", "other"]


class AssetUse(Wire):
    """What uses an asset: a job with its `id`, somebody who listens to a voice, or the voice or model `name` that was
    deployed from a checkpoint. `other`: a job or a listener that the caller may not see."""

    kind: UseKind
    id: str | None = None
    name: str | None = None


class ListedAsset(AssetView):
    """`in_use_by`: None if nothing uses it. `last_used_at`: by the caller's newest 500 runs and speech jobs; None if
    none of them did. `removable`: whether the caller can remove it now and free its `size`."""

    in_use_by: tuple[AssetUse, ...] | None = None
    last_used_at: AwareDatetime | None = None
    removable: bool = False


class AssetTotals(Wire):
    """`bytes` of all, `removable_bytes` of those that the caller can remove now."""

    count: int
    ready: int
    bytes: int
    downloads_this_month: int
    removable: int
    removable_bytes: int


class AssetList(Wire):
    assets: tuple[ListedAsset, ...]
    totals: AssetTotals


class InstalledView(Wire):
    """`size` as a person reads it, `size_bytes` as a program does. `problem` says why it is not complete.

    `owner`, `visibility` and `mine` as in `AssetView`."""

    id: str
    name: str
    type: str
    size: str
    size_bytes: int
    path: str
    downloaded_at: AwareDatetime
    files: tuple[str, ...]
    has_config: bool
    has_model: bool
    is_complete: bool
    problem: str | None = None
    commit: str | None = None
    catalog_id: str | None = None
    owner: str | None = None
    visibility: Visibility = "private"
    mine: bool = False


class ChangeAssetRequest(Mended, Wire):
    visibility: Visibility = Field(examples=["shared"])
    kind: InstalledKind | None = None


class VerifyRequest(Mended, Wire):
    id: str = Field(min_length=1, max_length=200, examples=["facebook/mms-tts-fas"])
    kind: InstalledKind | None = None


class Removed(Wire):
    """`freed` in bytes; 0 if the files stay, because somebody else has downloaded the repository too."""

    id: str
    kind: AssetKind
    freed: int


class Installed(Wire):
    models: tuple[InstalledView, ...]
    datasets: tuple[InstalledView, ...]
    all: tuple[InstalledView, ...]


def asset_view(asset: Asset, viewer: str) -> AssetView:
    return AssetView.model_validate({**asset.model_dump(), **access_fields(asset, viewer)})


def access_fields(asset: Asset, viewer: str) -> dict[str, str | bool | None]:
    """The fields of a view that say whose the asset is. Nobody is shown the other holders of a repository."""
    access = asset.access
    return {"owner": access.owner, "visibility": access.visibility, "mine": may_change(viewer, access)}


def installed_view(asset: Asset, viewer: str, entry: CatalogEntry | None = None) -> InstalledView:
    return InstalledView(
        id=asset.id,
        name=asset.name,
        type=asset.kind,
        size=readable_size(asset.size),
        size_bytes=asset.size,
        path=asset.path,
        downloaded_at=asset.downloaded_at,
        files=asset.files,
        has_config=any(name.endswith("config.json") for name in asset.files),
        has_model=any(name.endswith(_WEIGHTS) for name in asset.files),
        is_complete=asset.status == "ready",
        problem=asset.problem,
        commit=asset.commit,
        catalog_id=entry.id if entry else None,
        **access_fields(asset, viewer),
    )


def readable_size(size: int) -> str:
    value = float(size)
    for unit in ("B", "KB", "MB", "GB"):
        if value < 1000:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    return f"{value:.1f} TB"
