"""Picks the checkpoint and the config of a repository."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.config import CONFIG

# The most names in an error.
_SHOWN = 12


def pick_checkpoint(folder: Path, name: str = "") -> Path:
    """The named or only .pth file. Raises `UnsafeCheckpoint` with the available names."""
    return _pick(folder, "*.pth", name, "checkpoint", "")


def pick_config(folder: Path, name: str = "") -> Path:
    """The named, default or only config. Raises `UnsafeCheckpoint` with the available names."""
    return _pick(folder, "config*.json", name, "config", CONFIG)


def _pick(folder: Path, pattern: str, name: str, parameter: str, usual: str) -> Path:
    """The file in the listing of the folder; a name is only compared, so that no path leads out of the folder."""
    files = {path.name: path for path in sorted(folder.glob(pattern)) if path.is_file()}
    if name and name in files:
        return files[name]
    listed = ", ".join(list(files)[:_SHOWN]) + (f" and {len(files) - _SHOWN} more" if len(files) > _SHOWN else "")
    if name:
        raise UnsafeCheckpoint(
            f"There is no {parameter} “{name[:80]}” in {folder.name}.", hint=f"There is: {listed or 'none'}."
        )
    if usual in files:
        return files[usual]
    if len(files) == 1:
        return next(iter(files.values()))
    if not files:
        raise UnsafeCheckpoint(f"There is no {pattern} in {folder.name}.", hint="Only Coqui VITS can be imported.")
    raise UnsafeCheckpoint(
        f"{folder.name} has {len(files)} files that match {pattern}; one must be chosen.",
        hint=f"Name it with the parameter {parameter}: {listed}.",
    )
