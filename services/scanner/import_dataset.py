"""Installs an uploaded dataset: unpack, examine, move into place. Every step can be repeated.

An upload is an archive of speech or of text files, or a single text file. It is read in the sandbox only
(`examination`); here its files are hashed and moved.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.scanner.examination import Examined, ExamineRequest, sandbox_for
from shared.contracts.errors import BadDataset, Conflict, SokhanError
from shared.contracts.holding import owned_by
from shared.contracts.kinds.scan import ImportDataset
from shared.contracts.owners import LOCAL_OWNER
from shared.files import (
    DataTree,
    Manifest,
    UnpackLimits,
    install_folder,
    read_manifest,
    remove_tree,
    safe_relative,
    write_manifest,
)
from shared.files.access import write_new_access
from shared.files.archive import require_space
from shared.files.manifest import ManifestFile
from shared.files.members import is_bookkeeping
from shared.files.opening import hash_below, walk_files
from shared.sandbox.run import run_sandboxed

_EXAMINE = "services.scanner.examination:examine_upload"


@dataclass(frozen=True, slots=True)
class DatasetImport:
    tree: DataTree
    limits: UnpackLimits
    now: Callable[[], datetime]

    def run(self, task: ImportDataset, job_id: str, owner: str = LOCAL_OWNER) -> str:
        """Install the dataset as a private one of this owner, and return its id. Blocking.

        Raises `BadDataset`, `TooLarge`, `NoSpace`, `Conflict`; the upload is then removed.
        """
        asset_id = f"{task.namespace}/{task.name}"
        target = self.tree.folder("dataset", asset_id)
        upload = self.tree.uploads / task.upload
        work = self.tree.tmp / f"import-{job_id}"
        installed = read_manifest(target) if target.exists() else None
        try:
            if installed is None or installed.job_id != job_id:  # else an earlier attempt installed it
                self._install(task, upload, work, target, job_id, owner)
        except SokhanError as error:
            if not error.retryable:
                upload.unlink(missing_ok=True)
            raise
        finally:
            remove_tree(work)
        upload.unlink(missing_ok=True)
        return asset_id

    def _install(self, task: ImportDataset, upload: Path, work: Path, target: Path, job_id: str, owner: str) -> None:
        asset_id = f"{task.namespace}/{task.name}"
        if target.exists():
            raise _name_taken(asset_id)
        if not upload.is_file():
            raise BadDataset("The uploaded file is gone.", hint="Upload it again.")
        remove_tree(work)
        work.mkdir(parents=True)
        require_space(work, upload.stat().st_size, self.limits)
        examined = self._examine(task, upload, work)
        root = _inside(work, examined.root)
        manifest = Manifest(
            id=asset_id,
            kind="dataset",
            source="local",
            created_at=self.now(),
            job_id=job_id,
            statistics=examined.statistics,
            files=tuple(_files(root)),
        )
        write_manifest(root, manifest)
        write_new_access(root, owned_by(owner))
        try:
            install_folder(root, target)
        except FileExistsError as error:  # by another import with this name
            raise _name_taken(asset_id) from error

    def _examine(self, task: ImportDataset, upload: Path, work: Path) -> Examined:
        request = ExamineRequest(
            upload=upload,
            file_name=task.file_name,
            work=work,
            format=task.format,
            name=task.name,
            max_bytes=self.limits.max_bytes,
            max_files=self.limits.max_files,
        )
        sandbox = sandbox_for(self.limits)
        examined = run_sandboxed(_EXAMINE, request, Examined, sandbox, readable=[upload], writable=[work])
        assert examined is not None  # nothing stops it
        return examined


def _inside(work: Path, root: str) -> Path:
    """The folder that the sandbox names, which is not trusted."""
    relative = safe_relative(root)
    if root == ".":
        return work
    folder = work / relative if relative is not None else None
    if folder is None or folder.resolve() != folder.absolute() or not folder.is_dir():
        raise BadDataset("The upload has no dataset folder.")
    return folder


def _files(root: Path) -> Iterator[ManifestFile]:
    """The content. Raises `BadDataset` for links: a process that was taken over could have made some."""
    for name in walk_files(root):
        if not is_bookkeeping(name):
            content = hash_below(root, name)
            yield ManifestFile(path=name, size=content.size, sha256=content.sha256, mtime_ns=content.mtime_ns)


def _name_taken(asset_id: str) -> Conflict:
    return Conflict(f"There is a dataset {asset_id} already.", hint="Choose another name.")
