"""The locations of assets in the data folder: `models|datasets/<namespace>/<name>`, `checkpoints/<run>/<step>`."""

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
    """`problem`: the reason why the folder cannot be an asset. `misplaced`: a person has copied it to a wrong place."""

    kind: AssetKind
    folder: Path
    asset_id: str
    problem: str | None = None
    misplaced: bool = False

    @property
    def access_folder(self) -> Path:
        """The folder with the record of access: of a checkpoint it is its run's."""
        return self.folder.parent if self.kind == "checkpoint" else self.folder


def asset_locations(tree: DataTree) -> Iterator[AssetLocation]:
    """All locations in the data folder. Blocking.

    Raises `Unavailable` if the folder of a kind cannot be read: an empty result would delete all its assets.
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
                problem = f"Its files are in {name}/{outer.name}. Move them to {name}/local/{outer.name}."
                yield AssetLocation(kind, outer, outer.name, problem, misplaced=True)
            for inner in inside:
                yield AssetLocation(kind, inner, inner.name if outer.name == "_" else f"{outer.name}/{inner.name}")


def location_of(root: Path, path: Path) -> Path | None:
    """The asset folder of a changed path; None for a path above the asset folders."""
    parts = path.relative_to(root).parts
    return root.joinpath(*parts[:3]) if len(parts) > 2 else None


def _folders(location: Path) -> list[Path]:
    return sorted(p for p in location.iterdir() if p.is_dir() and not p.name.startswith(".") and safe_relative(p.name))


def _has_asset_files(location: Path) -> bool:
    """Whether a namespace folder has an asset's files: a copy without a namespace."""
    return any((p.name in _SIGNS or p.name.endswith((*WEIGHTS, *TABLES))) and p.is_file() for p in location.iterdir())
