"""The catalog: which repositories of the Hub may be downloaded. `seed.toml` is what every installation starts with."""

from shared.catalog.repository import CatalogRepository
from shared.catalog.seed import FOUND_ON_HUB, SOURCE, merged, read_seed

__all__ = ["FOUND_ON_HUB", "SOURCE", "CatalogRepository", "merged", "read_seed"]
