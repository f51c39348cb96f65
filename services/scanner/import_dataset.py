"""Installs an uploaded dataset: unpack, examine, move into place. Every step can be repeated.

An upload is an archive of speech or of text files, or a single text file.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from services.scanner.uploads import name_of_texts
from shared.audio.recordings import is_recording
from shared.contracts.errors import BadDataset, Conflict, SokhanError, TooLarge
from shared.contracts.kinds.scan import DatasetFormat, ImportDataset
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
from shared.files.archive import require_space
from shared.files.hashes import sha256_of
from shared.files.ljspeech import LAYOUT_HINT
from shared.files.manifest import DatasetStatistics, ManifestFile
from shared.files.members import is_bookkeeping
from shared.files.metadata import METADATA
from shared.files.speech import content_names, find_speech
from shared.files.speech import examine as speech_of
from shared.persian import speakable
from shared.text import examine as texts_of
from shared.text import is_data


@dataclass(frozen=True, slots=True)
class DatasetImport:
    tree: DataTree
    limits: UnpackLimits
    now: Callable[[], datetime]

    def run(self, task: ImportDataset, job_id: str) -> str:
        """Install the dataset and return its id. Blocking.

        Raises `BadDataset`, `TooLarge`, `Conflict`; the upload is then removed.
        """
        asset_id = f"{task.namespace}/{task.name}"
        target = self.tree.folder("dataset", asset_id)
        upload = self.tree.uploads / task.upload
        work = self.tree.tmp / f"import-{job_id}"
        installed = read_manifest(target) if target.exists() else None
        try:
            if installed is None or installed.job_id != job_id:  # else an earlier attempt installed it
                self._install(task, upload, work, target, job_id)
        except SokhanError as error:
            if not error.retryable:
                upload.unlink(missing_ok=True)
            raise
        finally:
            remove_tree(work)
        upload.unlink(missing_ok=True)
        return asset_id

    def _install(self, task: ImportDataset, upload: Path, work: Path, target: Path, job_id: str) -> None:
        asset_id = f"{task.namespace}/{task.name}"
        if target.exists():
            raise _name_taken(asset_id)
        if not upload.is_file():
            raise BadDataset("The uploaded file is gone.", hint="Upload it again.")
        remove_tree(work)
        work.mkdir(parents=True)
        if (single := name_of_texts(upload, task.file_name)) is not None:
            _copy(upload, work / single, self.limits)
        else:
            unpack(upload, work, self.limits)
        root, statistics = _examine(work, task.format, task.name)
        paths = (path for path in sorted(root.rglob("*")) if path.is_file())
        files = tuple(_line(root, path) for path in paths if not is_bookkeeping(path.relative_to(root).as_posix()))
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
        except FileExistsError as error:  # by another import with this name
            raise _name_taken(asset_id) from error


def _examine(work: Path, format_: DatasetFormat, name: str) -> tuple[Path, DatasetStatistics]:
    """The dataset's folder and its statistics. Raises `BadDataset`."""
    if format_ == "text":
        return work, texts_of(work, name)
    speech = find_speech(work)
    if speech is not None:
        return speech.root, speech_of(speech, speakable)
    names = content_names(work)
    if recording := next(filter(is_recording, names), None):
        raise BadDataset(f"There is no {METADATA} beside the recordings ({recording[-120:]}).", hint=LAYOUT_HINT)
    if format_ == "ljspeech" or not any(map(is_data, names)):
        raise BadDataset(f"There is no {METADATA} in the dataset.", hint=LAYOUT_HINT)
    return work, texts_of(work, name)


def _copy(upload: Path, target: Path, limits: UnpackLimits) -> None:
    """Copy, not move: a retry needs the upload until the dataset is installed."""
    if upload.stat().st_size > limits.max_bytes:
        raise TooLarge(f"The file has more than {limits.max_bytes:,} bytes.")
    require_space(target.parent, upload.stat().st_size, limits)
    shutil.copyfile(upload, target)


def _line(root: Path, path: Path) -> ManifestFile:
    sha256 = sha256_of(path)
    stat = path.stat()
    name = path.relative_to(root).as_posix()
    return ManifestFile(path=name, size=stat.st_size, sha256=sha256, mtime_ns=stat.st_mtime_ns)


def _name_taken(asset_id: str) -> Conflict:
    return Conflict(f"There is a dataset {asset_id} already.", hint="Choose another name.")
