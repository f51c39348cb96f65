"""The documents of installed assets. The scanner writes them, every service reads them."""

from shared.assets.refresh import AssetRefresh
from shared.assets.repository import AssetRepository

__all__ = ["AssetRefresh", "AssetRepository"]
