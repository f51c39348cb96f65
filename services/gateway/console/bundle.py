"""The built files of the console (`dist/`, made by `make console`), read once and compressed at their first use."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path, PurePosixPath

DIST = Path(__file__).with_name("dist")
INDEX = "index.html"

# Not of the system's table, which differs between machines.
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".wasm": "application/wasm",
    ".woff2": "font/woff2",
}
_COMPRESSED = frozenset({".css", ".html", ".js", ".mjs", ".svg"})
# A large file is in the bundle in this form only.
_STORED_COMPRESSED = ".gz"


@dataclass(frozen=True)
class BundleFile:
    """`name`: its path in the bundle, without `.gz`. Files under `assets/` have a hash of their content in it."""

    name: str
    path: Path

    @property
    def stored_compressed(self) -> bool:
        return self.path.suffix == _STORED_COMPRESSED

    @cached_property
    def content(self) -> bytes:
        stored = self.path.read_bytes()
        return gzip.decompress(stored) if self.stored_compressed else stored

    @cached_property
    def gzipped(self) -> bytes | None:
        """None for a type that is compressed already."""
        if self.stored_compressed:
            return self.path.read_bytes()
        return gzip.compress(self.content, 9, mtime=0) if self._suffix in _COMPRESSED else None

    def etag(self, *, gzipped: bool) -> str:
        """The tag of one of the two forms: they are different bytes (RFC 9110, section 8.8.3.3)."""
        return f'"{self._hash}-gzip"' if gzipped else f'"{self._hash}"'

    @cached_property
    def _hash(self) -> str:
        return hashlib.sha256(self.path.read_bytes()).hexdigest()[:32]

    @property
    def media_type(self) -> str:
        return _TYPES.get(self._suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def immutable(self) -> bool:
        return self.name.startswith("assets/")

    @property
    def _suffix(self) -> str:
        return PurePosixPath(self.name).suffix


@dataclass(frozen=True)
class Bundle:
    """The files by name. A request can only choose among these names: no path of it reaches the file system."""

    folder: Path = DIST
    files: dict[str, BundleFile] = field(init=False)

    def __post_init__(self) -> None:
        found = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        names = {path: path.relative_to(self.folder).as_posix().removesuffix(_STORED_COMPRESSED) for path in found}
        files = {name: BundleFile(name, path) for path, name in names.items()}
        object.__setattr__(self, "files", files)
