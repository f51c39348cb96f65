"""From an uploaded archive to an installed dataset: unpack, examine, move into place. Any step may be done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from shared.contracts.errors import BadDataset, Conflict
from shared.contracts.specs import ImportDataset
from shared.files import (
    DataTree,
    Manifest,
    UnpackLimits,
    publish_folder,
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
        """The id of the dataset. Blocking. Raises `BadDataset`, `TooLarge`, `Conflict`."""
        asset_id = f"{task.namespace}/{task.name}"
        target = self.tree.folder("dataset", asset_id)
        upload = self.tree.uploads / task.upload
        installed = read_manifest(target) if target.exists() else None
        if installed is not None and installed.job_id == job_id:
            upload.unlink(missing_ok=True)  # an earlier attempt came this far
            return asset_id
        if target.exists():
            raise Conflict(f"There is a dataset {asset_id} already.", hint="Choose another name, or delete it first.")
        work = self.tree.tmp / f"import-{job_id}"
        remove_tree(work)
        work.mkdir(parents=True)
        try:
            if not upload.is_file():
                raise BadDataset("The uploaded file is gone.", hint="Upload it again.")
            unpack(upload, work, self.limits)
            root = find_root(work)
            if root is None:
                raise BadDataset(
                    "There is no metadata.csv in the archive.",
                    hint="An LJSpeech archive holds metadata.csv (id|text) and a folder wavs/ with one id.wav a line.",
                )
            statistics = examine(root, speakable)
            files = tuple(
                ManifestFile(path=path.relative_to(root).as_posix(), size=path.stat().st_size)
                for path in sorted(root.rglob("*"))
                if path.is_file()
            )
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
            publish_folder(root, target, trash=self.tree.tmp)
        finally:
            remove_tree(work)
        upload.unlink(missing_ok=True)
        return asset_id
