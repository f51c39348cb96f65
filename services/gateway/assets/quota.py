"""The limit of the bytes of an owner's uploaded data sets."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from services.gateway.assets.service import AssetsService
from shared.contracts.assets import Asset
from shared.contracts.errors import NoSpace
from shared.contracts.names import OWN_NAMESPACE
from shared.contracts.owners import SOLE_OWNERS


class StoredQuota:
    """`importing`: the bytes of an owner's uploads that are being imported; `limit` in bytes; 0 is none."""

    def __init__(self, assets: AssetsService, importing: Callable[[str], Awaitable[int]], limit: int) -> None:
        self._assets = assets
        self._importing = importing
        self._limit = limit

    async def check(self, owner: str, more: int = 0) -> None:
        """Raises `NoSpace` if the owner's data sets, those of unfinished imports included, have reached the limit, or
        would exceed it with `more` bytes.
        """
        if not self._limit:
            return
        stored = sum(asset.size for asset in await self._assets.all(owner, "dataset") if _is_own(asset, owner))
        stored += await self._importing(owner)
        if stored >= self._limit or stored + more > self._limit:
            incoming = f", {more:,} more are being uploaded" if more else ""
            raise NoSpace(
                f"Your data sets have {stored:,} bytes{incoming}; the limit is {self._limit:,}.",
                hint="Delete some, or raise SOKHAN_STORED_BYTES_PER_OWNER.",
            )


def _is_own(asset: Asset, owner: str) -> bool:
    """Whether it is an upload of this owner; the uploads of an installation without accounts are all of its owner."""
    if owner in SOLE_OWNERS:
        return asset.id.startswith(f"{OWN_NAMESPACE}/")
    return asset.access.owner == owner
