"""Replaces an installed folder by its next version."""

from __future__ import annotations

import os
import shutil
import uuid
from pathlib import Path

from shared.files.atomic import remove_tree, sync_entry, sync_path, sync_tree
from shared.files.members import ACCESS


def publish_folder(source: Path, target: Path, *, trash: Path) -> None:
    """Move a finished folder to `target`, durably. An existing folder goes to `trash` first, and is removed afterwards.

    The record of access of the existing folder, if it has one, stays in force. It is taken when the folder has left
    its place, where nobody can change it any more.
    """
    sync_tree(source)
    target.parent.mkdir(parents=True, exist_ok=True)
    old = None
    if target.exists():
        old = trash / f"old-{uuid.uuid4().hex}"
        target.replace(old)
        if os.path.lexists(old / ACCESS):
            (source / ACCESS).unlink(missing_ok=True)  # or a link could not be copied over it
            shutil.copyfile(old / ACCESS, source / ACCESS, follow_symlinks=False)
            sync_path(source / ACCESS)
    source.replace(target)
    sync_entry(target)
    if old is not None:
        remove_tree(old)
