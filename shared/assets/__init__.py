"""Installed assets: their documents, which the scanner writes and every service reads."""

from shared.assets.refresh import AssetRefresh
from shared.assets.repository import AssetRepository

__all__ = ["AssetRefresh", "AssetRepository"]
