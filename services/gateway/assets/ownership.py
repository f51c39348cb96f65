"""Who may change an asset that they can see."""

from __future__ import annotations

from services.gateway.auth import CallerIdentity
from shared.contracts.access import may_change
from shared.contracts.assets import Asset
from shared.contracts.errors import Forbidden


def require_change(asset: Asset, caller: CallerIdentity, change: str) -> None:
    """Raises `Forbidden` unless the asset is the caller's, or the installation's and the caller an administrator.

    `change` ends the sentence: "remove it".
    """
    if may_change(caller.owner, asset.access):
        return
    if not asset.access.of_installation:
        raise Forbidden(f"{asset.id} belongs to somebody else, who shares it: only they may {change}.")
    if not caller.is_admin:
        raise Forbidden(f"{asset.id} belongs to the installation: only an administrator may {change}.")
