"""The catalog of downloadable repositories of the Hub. `seed.toml` is the initial catalog of every installation."""

from shared.catalog.repository import CatalogRepository
from shared.catalog.seed import FOUND_ON_HUB, SOURCE, merged, read_seed

__all__ = ["FOUND_ON_HUB", "SOURCE", "CatalogRepository", "merged", "read_seed"]
