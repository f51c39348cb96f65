"""Which two files of a repository belong together."""

from __future__ import annotations

from pathlib import Path

from shared.contracts.errors import UnsafeCheckpoint
from shared.vits.config import CONFIG

# An error that lists a hundred checkpoints helps nobody.
_SHOWN = 12


def pick_checkpoint(folder: Path, name: str = "") -> Path:
    """Raises `UnsafeCheckpoint` that lists what there is."""
    return _pick(folder, "*.pth", name, "checkpoint", "")


def pick_config(folder: Path, name: str = "") -> Path:
    """Raises `UnsafeCheckpoint` that lists what there is."""
    return _pick(folder, "config*.json", name, "config", CONFIG)


def _pick(folder: Path, pattern: str, name: str, parameter: str, usual: str) -> Path:
    """Only a name that is in the listing counts, so no path can lead out of the folder."""
    found = {path.name: path for path in sorted(folder.glob(pattern)) if path.is_file()}
    if name and name in found:
        return found[name]
    listed = ", ".join(list(found)[:_SHOWN]) + (f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else "")
    if name:
        raise UnsafeCheckpoint(
            f"There is no {parameter} “{name[:80]}” in {folder.name}.", hint=f"There is: {listed or 'none'}."
        )
    if usual in found:
        return found[usual]
    if len(found) == 1:
        return next(iter(found.values()))
    if not found:
        raise UnsafeCheckpoint(f"There is no {pattern} in {folder.name}.", hint="Only Coqui VITS can be imported.")
    raise UnsafeCheckpoint(
        f"{folder.name} has {len(found)} files that fit {pattern}; which one is not said.",
        hint=f"Name it with the parameter {parameter}: {listed}.",
    )
