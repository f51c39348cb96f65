"""Shares an asset with every account of this installation, or makes it private again."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

from services.gateway.assets.ownership import require_change
from services.gateway.assets.schemas import AssetView, InstalledKind, asset_view
from services.gateway.assets.service import AssetsService
from services.gateway.auth import CallerIdentity
from shared.assets import AssetRefresh
from shared.contracts.access import AssetAccess, Visibility
from shared.contracts.errors import Conflict, NotFound
from shared.files import DataTree, change_access


@dataclass(frozen=True, slots=True)
class SharingService:
    assets: AssetsService
    tree: DataTree
    refresh: AssetRefresh

    async def change(
        self, name: str, kind: InstalledKind | None, visibility: Visibility, caller: CallerIdentity
    ) -> AssetView:
        """Change an asset's visibility.

        Raises `NotFound`, `Forbidden` for an asset of others, `Conflict` for one that cannot have this visibility,
        `Validation` for an ambiguous name.
        """
        asset = await self.assets.one_of(kind, name, caller.owner)
        require_change(asset, caller, "change it")

        def changed(recorded: AssetAccess | None) -> AssetAccess:
            access = recorded or asset.access  # without a record, the scanner has decided it
            if visibility == "shared" and access.restricted:
                raise Conflict(
                    f"{asset.id} is gated or private on the Hub, so it cannot be shared.",
                    hint="Everybody whose own Hub token may read it can download it.",
                )
            if visibility == "private" and access.of_installation:
                raise Conflict(
                    f"{asset.id} belongs to the installation: as a private asset nobody would see it.",
                    hint="Remove it instead.",
                )
            return access.model_copy(update={"visibility": visibility})

        try:
            access = await asyncio.to_thread(change_access, self.tree.root / asset.path, self.tree.locks, changed)
        except FileNotFoundError as error:
            raise NotFound(f"The files of {asset.id} are gone.") from error
        await self.refresh()
        # The scanner may be late: the answer is what was written.
        return asset_view(asset.model_copy(update={"access": access}), caller.owner)
