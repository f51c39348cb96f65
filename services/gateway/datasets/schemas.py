"""A dataset as clients see it."""

from __future__ import annotations

from services.gateway.assets.schemas import AssetView


class DatasetView(AssetView):
    """`details` holds the statistics: items, characters, skipped rows; of speech hours and sample_rate in Hz too."""

    files: tuple[str, ...]
    file_count: int
