"""A dataset as clients see it."""

from __future__ import annotations

from services.gateway.assets.schemas import AssetView


class DatasetView(AssetView):
    """`details` holds the statistics: items, hours, sample_rate in Hz, characters, skipped rows."""

    files: tuple[str, ...]
    file_count: int
