"""Where below the data folder an asset may lie: `models|datasets/<namespace>/<name>`, `checkpoints/<run>/<step>`."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from services.scanner.integrity import CONFIGS, TABLES, WEIGHTS
from shared.contracts.assets import AssetKind
from shared.contracts.errors import Unavailable
from shared.files import MANIFEST, DataTree, safe_relative

_KINDS: tuple[tuple[AssetKind, str], ...] = (
    ("model", "models"),
    ("dataset", "datasets"),
    ("checkpoint", "checkpoints"),
)
_SIGNS = frozenset({MANIFEST, "metadata.csv", *CONFIGS})
WATCHED = tuple(folder for _, folder in _KINDS)


@dataclass(frozen=True, slots=True)
class AssetLocation:
    """`problem` says why nothing in it can be an asset."""

    kind: AssetKind
    folder: Path
    asset_id: str
    problem: str | None = None


def asset_locations(tree: DataTree) -> Iterator[AssetLocation]:
    """Blocking. Raises `Unavailable` where a whole kind cannot be read: then nothing is known, least of all that all of
    it is gone.
    """
    for kind, name in _KINDS:
        root = tree.root / name
        try:
            namespaces = _folders(root)
        except OSError as error:
            raise Unavailable(f"{root} cannot be read: {error.strerror}.") from error
        for outer in namespaces:
            try:
                inside = _folders(outer)
                misplaced = kind != "checkpoint" and _has_asset_files(outer)
            except FileNotFoundError:
                continue
            except OSError as error:
                problem = f"The folder {name}/{outer.name} cannot be read: {error.strerror}."
                yield AssetLocation(kind, outer, outer.name, problem)
                continue
            if misplaced:
                problem = f"Its files lie in {name}/{outer.name}. Move them to {name}/local/{outer.name}."
                yield AssetLocation(kind, outer, outer.name, problem)
            for inner in inside:
                yield AssetLocation(kind, inner, inner.name if outer.name == "_" else f"{outer.name}/{inner.name}")


def location_of(root: Path, path: Path) -> Path | None:
    """The folder of the asset that a changed path belongs to; None above an asset's folder."""
    parts = path.relative_to(root).parts
    return root.joinpath(*parts[:3]) if len(parts) > 2 else None


def _folders(location: Path) -> list[Path]:
    return sorted(p for p in location.iterdir() if p.is_dir() and not p.name.startswith(".") and safe_relative(p.name))


def _has_asset_files(location: Path) -> bool:
    """A folder that somebody copied in without a namespace above it."""
    return any((p.name in _SIGNS or p.name.endswith((*WEIGHTS, *TABLES))) and p.is_file() for p in location.iterdir())
