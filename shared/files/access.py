"""`.sokhan-access.json`: who may see an asset. It lies in the asset's folder, beside the manifest (ADR 27).

    models/<namespace>/<name>/.sokhan-access.json     and the same below datasets/
    checkpoints/<run id>/.sokhan-access.json          for all checkpoints of the run

A download and an upload cannot plant one: names that start with `.sokhan` are refused in foreign content (`names`).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from pathlib import Path

from pydantic import ValidationError

from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.assets import AssetKind
from shared.files.atomic import write_atomic
from shared.files.lock import wait_lock
from shared.files.manifest import MANIFEST
from shared.files.members import ACCESS, is_unfinished
from shared.files.opening import open_below

_MAX_BYTES = 1024 * 1024  # some 30,000 holders; more is not a record of access
_PRODUCTS = frozenset({"voice.json", "sokhan-model.json"})
"""The descriptions of products of training (shared/products/info.py)."""


def read_access(folder: Path) -> AssetAccess | None:
    """The recorded access; None without a record. Blocking.

    A record that cannot be read, or is a link, is the default `AssetAccess`: it shows the asset to no account.
    """
    try:
        with open_below(folder, ACCESS) as file:
            content = file.read(_MAX_BYTES + 1)
        return AssetAccess.model_validate_json(content) if len(content) <= _MAX_BYTES else AssetAccess()
    except FileNotFoundError:
        return None
    except (OSError, ValidationError):
        return AssetAccess()


def write_access(folder: Path, access: AssetAccess) -> None:
    """Write the record atomically. Blocking. Only for a folder that no other process knows yet: see `change_access`."""
    write_atomic(folder / ACCESS, access.model_dump_json(indent=1).encode())


def write_new_access(folder: Path, access: AssetAccess) -> None:
    """Write the record of a folder that Sokhan has just made. The default needs none: see `default_access`."""
    if access != AssetAccess():
        write_access(folder, access)


def change_access(
    folder: Path, locks: Path, change: Callable[[AssetAccess | None], AssetAccess | None]
) -> AssetAccess | None:
    """Replace the record by `change(record)` and return it; None is no record. Blocking.

    Reads and writes under a lock of its own, so that two writers never lose a holder; a download holds the folder's
    lock for hours. Raises `OSError`, `FileNotFoundError` if the folder is gone.
    """
    with wait_lock(folder / ACCESS, locks):
        before = read_access(folder)
        after = change(before)
        if after is not None and after != before:
            write_access(folder, after)
        return after


def default_access(
    kind: AssetKind, namespace: str, names: Collection[str], *, in_download: bool = False
) -> AssetAccess:
    """The access of a folder without a record. `names`: the paths of its files, relative to it.

    What Sokhan made before there were accounts, and what it is downloading, belongs to `local`. A folder that was
    copied by hand belongs to the installation, except in the namespace of an account.
    """
    made_here = kind == "checkpoint" or MANIFEST in names or not _PRODUCTS.isdisjoint(names)
    if made_here or in_download or namespace.startswith("~") or any(is_unfinished(name) for name in names):
        return AssetAccess()
    return INSTALLATION
