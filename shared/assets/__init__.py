"""Installed assets: their documents, which the scanner writes and every service reads."""

from shared.assets.repository import AssetRepository

__all__ = ["AssetRepository"]
