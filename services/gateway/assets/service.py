"""Installed assets, as one owner may see them."""

from __future__ import annotations

from services.gateway.assets.schemas import InstalledKind
from shared.assets import AssetRepository, resolve_asset
from shared.contracts.access import may_see
from shared.contracts.assets import Asset, AssetKind
from shared.contracts.errors import NotFound, Validation
from shared.contracts.hints import Action, Hint


class AssetsService:
    """What `viewer` may not see is not found, whatever exists."""

    def __init__(self, assets: AssetRepository) -> None:
        self._assets = assets

    async def all(self, viewer: str, kind: AssetKind | None = None) -> list[Asset]:
        return [asset for asset in await self._assets.all(kind) if may_see(viewer, asset.access)]

    async def get(self, kind: AssetKind, name: str, viewer: str) -> Asset:
        """Raises `NotFound`, `Validation` for a bare name of several assets."""
        asset = await self.find(kind, name, viewer)
        if asset is None:
            raise NotFound(f"There is no {kind} {name} here.", hint=Hint(Action.LIST_INSTALLED))
        return asset

    async def find(self, kind: AssetKind, name: str, viewer: str) -> Asset | None:
        """The asset with this canonical id, else with this name (shared/assets/resolving.py).

        The id that a list has shown is always that of the listed asset, so that no other is changed or removed.
        """
        asset = await self.with_id(kind, name, viewer)
        return asset or resolve_asset(name, await self._assets.all(kind), viewer)

    async def with_id(self, kind: AssetKind, asset_id: str, viewer: str) -> Asset | None:
        """The asset with this canonical id only, such as a repository's."""
        asset = await self._assets.find(kind, asset_id)
        return asset if asset is not None and may_see(viewer, asset.access) else None

    async def one_of(self, kind: InstalledKind | None, name: str, viewer: str, *, by_id: bool = False) -> Asset:
        """The model or the dataset with this name; `by_id`: with this canonical id.

        Raises `NotFound`, `Validation` if both have it.
        """
        kinds: tuple[InstalledKind, ...] = (kind,) if kind else ("model", "dataset")
        look = self.with_id if by_id else self.find
        found = [asset for kind_ in kinds if (asset := await look(kind_, name, viewer)) is not None]
        if not found:
            raise NotFound(f"{name[:200]} is not installed.", hint=Hint(Action.LIST_INSTALLED))
        if len(found) > 1:
            raise Validation(f"{name} is a model and a dataset.", hint=Hint(Action.CHOOSE_KIND))
        return found[0]

    async def canonical(self, kind: AssetKind, name: str, viewer: str) -> str:
        """The canonical id of what `viewer` means by a name; the name itself if there is no such asset.

        Raises `Validation` for a bare name of several assets.
        """
        asset = resolve_asset(name, await self._assets.all(kind), viewer)
        return asset.id if asset is not None else name
