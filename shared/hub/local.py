"""The local files of a repository, and the metadata files of huggingface_hub.

<folder>/sokhan.json                                   the manifest of a finished download
<folder>/<path>                                        a complete file
<folder>/<path>.sokhan-part, ….sokhan-part.journal     a partial file
<folder>/.cache/huggingface/download/<path>.metadata   commit, etag, time: with them huggingface_hub's
                                                       `snapshot_download(local_dir=…)` downloads nothing again
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from shared.files import Manifest, ManifestFile, safe_relative
from shared.files.layout import NAME_BYTES
from shared.hub.files import RemoteFile

_NOTES = Path(".cache/huggingface")


def recorded(manifest: Manifest | None) -> dict[str, ManifestFile]:
    """The manifest's files by path, without paths outside the folder: the manifest is untrusted."""
    return {file.path: file for file in manifest.files if safe_relative(file.path)} if manifest else {}


def is_whole(folder: Path, file: RemoteFile, known: Mapping[str, ManifestFile]) -> bool | None:
    """Whether the file exists with this content; None if only reading it would show. Blocking.

    The metadata files of huggingface_hub are not trusted: it compares sizes only.
    """
    try:
        stat = (folder / file.path).stat()
    except OSError:
        return False
    if stat.st_size != file.size:
        return False
    entry = known.get(file.path)
    if entry is not None and entry.mtime_ns == stat.st_mtime_ns and entry.size == file.size:
        return entry.sha256 == file.sha256 if file.sha256 else entry.git_sha1 == file.git_sha1
    return None


def note(folder: Path, path: str, commit: str, etag: str, time: float) -> None:
    """Write huggingface_hub's metadata of a complete file; `time` in seconds, not before the file's mtime."""
    place = _note_path(folder, path)
    if len(place.name.encode(errors="surrogateescape")) > NAME_BYTES:
        return  # huggingface_hub cannot write this file either
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text(f"{commit}\n{etag}\n{time}\n")


def ignore_notes(folder: Path) -> None:
    """Write the .gitignore that huggingface_hub also writes, so that its metadata is not committed."""
    place = folder / _NOTES
    place.mkdir(parents=True, exist_ok=True)
    (place / ".gitignore").write_text("*")


def forget(folder: Path, path: str) -> None:
    place = _note_path(folder, path)
    if len(place.name.encode(errors="surrogateescape")) <= NAME_BYTES:
        place.unlink(missing_ok=True)


def _note_path(folder: Path, path: str) -> Path:
    return folder / _NOTES / "download" / f"{path}.metadata"
