"""From an uploaded archive to an installed dataset: unpack, examine, move into place. Any step may be done again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.contracts.errors import BadDataset, Conflict, SokhanError
from shared.contracts.specs import ImportDataset
from shared.files import (
    DataTree,
    Manifest,
    UnpackLimits,
    install_folder,
    read_manifest,
    remove_tree,
    unpack,
    write_manifest,
)
from shared.files.ljspeech import examine, find_root
from shared.files.manifest import ManifestFile
from shared.persian import speakable


@dataclass(frozen=True, slots=True)
class DatasetImport:
    tree: DataTree
    limits: UnpackLimits
    now: Callable[[], datetime]

    def run(self, task: ImportDataset, job_id: str) -> str:
        """The id of the dataset. Blocking. Raises `BadDataset`, `TooLarge`, `Conflict`; the upload is then removed."""
        asset_id = f"{task.namespace}/{task.name}"
        target = self.tree.folder("dataset", asset_id)
        upload = self.tree.uploads / task.upload
        work = self.tree.tmp / f"import-{job_id}"
        installed = read_manifest(target) if target.exists() else None
        try:
            if installed is None or installed.job_id != job_id:  # else an earlier attempt came this far
                self._install(upload, work, target, asset_id, job_id)
        except SokhanError as error:
            if not error.retryable:
                upload.unlink(missing_ok=True)
            raise
        finally:
            remove_tree(work)
        upload.unlink(missing_ok=True)
        return asset_id

    def _install(self, upload: Path, work: Path, target: Path, asset_id: str, job_id: str) -> None:
        if target.exists():
            raise _taken(asset_id)
        if not upload.is_file():
            raise BadDataset("The uploaded file is gone.", hint="Upload it again.")
        remove_tree(work)
        work.mkdir(parents=True)
        unpack(upload, work, self.limits)
        root = find_root(work) or work
        statistics = examine(root, speakable)
        files = tuple(_line(root, path) for path in sorted(root.rglob("*")) if path.is_file())
        manifest = Manifest(
            id=asset_id,
            kind="dataset",
            source="local",
            created_at=self.now(),
            job_id=job_id,
            statistics=statistics,
            files=files,
        )
        write_manifest(root, manifest)
        try:
            install_folder(root, target)
        except FileExistsError as error:  # another import of this name was faster
            raise _taken(asset_id) from error


def _line(root: Path, path: Path) -> ManifestFile:
    with path.open("rb") as content:
        sha256 = hashlib.file_digest(content, "sha256").hexdigest()
    stat = path.stat()
    name = path.relative_to(root).as_posix()
    return ManifestFile(path=name, size=stat.st_size, sha256=sha256, mtime_ns=stat.st_mtime_ns)


def _taken(asset_id: str) -> Conflict:
    return Conflict(f"There is a dataset {asset_id} already.", hint="Choose another name.")
