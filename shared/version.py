"""The version of the installed distribution."""

from __future__ import annotations

from importlib.metadata import PackageNotFoundError, version


def sokhan_version() -> str:
    """`0.0.0` if Sokhan is not installed."""
    try:
        return version("sokhan")
    except PackageNotFoundError:
        return "0.0.0"
