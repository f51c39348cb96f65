"""The documents of installed assets. The scanner writes them, every service reads them."""

from shared.assets.giving import give_assets
from shared.assets.refresh import AssetRefresh
from shared.assets.repository import AssetRepository
from shared.assets.resolving import resolve_asset

__all__ = ["AssetRefresh", "AssetRepository", "give_assets", "resolve_asset"]
