"""Folders of models and data sets as people leave them on a disk."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from shared.files import Manifest, ManifestFile, write_manifest

BERT = b'{"model_type": "bert"}'
_NOBODY = 65534


def safetensors(size: int = 400) -> bytes:
    """A whole file with one tensor of so many bytes."""
    header = json.dumps({"w": {"dtype": "U8", "shape": [size], "data_offsets": [0, size]}}).encode()
    return len(header).to_bytes(8, "little") + header + bytes(size)


def write(folder: Path, files: Mapping[str, bytes]) -> Path:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return folder


def install(folder: Path, files: Mapping[str, bytes], *, git: tuple[str, ...] = ()) -> Path:
    """As a download leaves it; the manifest knows the files in `git` by their git blobs alone."""
    write(folder, files)
    lines = []
    for name, content in files.items():
        blob = hashlib.sha1(b"blob %d\0" % len(content) + content).hexdigest()
        line = ManifestFile(path=name, size=len(content), mtime_ns=(folder / name).stat().st_mtime_ns)
        known = {"git_sha1": blob} if name in git else {"sha256": hashlib.sha256(content).hexdigest()}
        lines.append(line.model_copy(update=known))
    asset = f"{folder.parent.name}/{folder.name}"
    kind = "dataset" if folder.parent.parent.name == "datasets" else "model"
    now = datetime(2026, 1, 1, tzinfo=UTC)
    manifest = Manifest(id=asset, kind=kind, source="HuggingFace", created_at=now, files=tuple(lines))
    write_manifest(folder, manifest)
    return folder


def rot(path: Path, at: int = 0) -> None:
    """Turn one bit over and leave size and time as they were, as a bad disk does."""
    status = path.stat()
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))


@contextmanager
def public_folder() -> Iterator[Path]:
    """One that another user may enter, which a folder of pytest's is not."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        yield folder


@contextmanager
def as_nobody() -> Iterator[None]:
    """Without root's right to read everything."""
    me = os.geteuid()
    if me != 0:
        yield
        return
    os.seteuid(_NOBODY)
    try:
        yield
    finally:
        os.seteuid(me)
