"""The built files of the console (`dist/`, made by `make console`), read once and compressed at their first use."""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

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
_COMPRESSED = frozenset({".css", ".html", ".js", ".mjs", ".svg", ".wasm"})


@dataclass(frozen=True)
class BundleFile:
    """`name`: its path in the bundle. Files under `assets/` have a hash of their content in it."""

    name: str
    path: Path

    @cached_property
    def content(self) -> bytes:
        return self.path.read_bytes()

    @cached_property
    def gzipped(self) -> bytes | None:
        """None for a type that is compressed already."""
        return gzip.compress(self.content, 9, mtime=0) if self.path.suffix in _COMPRESSED else None

    @cached_property
    def etag(self) -> str:
        return f'"{hashlib.sha256(self.content).hexdigest()[:32]}"'

    @property
    def media_type(self) -> str:
        return _TYPES.get(self.path.suffix) or mimetypes.guess_type(self.name)[0] or "application/octet-stream"

    @property
    def immutable(self) -> bool:
        return self.name.startswith("assets/")


@dataclass(frozen=True)
class Bundle:
    """The files by name. A request can only choose among these names: no path of it reaches the file system."""

    folder: Path = DIST
    files: dict[str, BundleFile] = field(init=False)

    def __post_init__(self) -> None:
        found = (path for path in sorted(self.folder.rglob("*")) if path.is_file())
        files = {name: BundleFile(name, path) for path in found if (name := path.relative_to(self.folder).as_posix())}
        object.__setattr__(self, "files", files)
