"""The data tree.

    $SOKHAN_DATA/
      models/<namespace>/<name>/     sokhan.json beside the files
      datasets/<namespace>/<name>/
      checkpoints/<run id>/<step>/
      audio/  uploads/  tmp/  run/

`tmp` lies on the same file system as the rest, so that what is made there appears elsewhere by one rename.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from shared.contracts.errors import Validation
from shared.unicode import mend

LEXICON = "lexicon.tsv"
NAME_BYTES = 255
"""Of one name: NAME_MAX of Linux's file systems."""
OWN_NAME_BYTES = 200
"""Of a name that people choose: we put a run's id behind it, and endings such as `.sokhan-part.journal`."""
_MAX_SUFFIX_BYTES = 20  # bytes; `.jsonl.gz` has 9
_FOLDERS = ("models", "datasets", "checkpoints", "audio/renders", "uploads", "tmp", "run/locks", "run/reservations")
# Persian names are welcome: what is refused is what means something to a file system or to a URL.
_CHARACTERS = 96
_SEGMENT = re.compile(rf"[^\x00-\x1f/\\:*?\"<>|%#]{{1,{_CHARACTERS}}}")


@dataclass(frozen=True, slots=True)
class DataTree:
    root: Path

    def prepare(self) -> None:
        for name in _FOLDERS:
            (self.root / name).mkdir(parents=True, exist_ok=True)

    @property
    def tmp(self) -> Path:
        return self.root / "tmp"

    @property
    def locks(self) -> Path:
        return self.root / "run" / "locks"

    @property
    def reservations(self) -> Path:
        return self.root / "run" / "reservations"

    @property
    def audio(self) -> Path:
        return self.root / "audio"

    @property
    def renders(self) -> Path:
        """A folder for each long text that is or was read (shared/files/renders.py)."""
        return self.root / "audio" / "renders"

    @property
    def lexicon(self) -> Path:
        """How the administrator wants words to be read (shared/persian/lexicon.py); often absent."""
        return self.root / LEXICON

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    def folder(self, kind: str, asset_id: str) -> Path:
        """`kind` is model or dataset, `asset_id` is `namespace/name` or `name`. Raises `Validation`."""
        parts = [check_segment(part) for part in asset_id.split("/")]
        if len(parts) > 2:
            raise Validation(f"“{asset_id}” is not the id of a {kind}: it has more than one slash.")
        if len(parts) == 1:
            parts = ["_", *parts]  # the Hub's own old repos have no namespace
        return self.root / f"{kind}s" / parts[0] / parts[1]

    @staticmethod
    def asset_id(folder: Path) -> str:
        """The id whose folder this is."""
        return folder.name if folder.parent.name == "_" else f"{folder.parent.name}/{folder.name}"

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def check_segment(name: str) -> str:
    """A name that is safe as one folder. Raises `Validation`."""
    if not _SEGMENT.fullmatch(name) or name != name.strip() or name.startswith(".") or not _is_unicode(name):
        raise Validation(
            f"“{mend(name)[:60]}” cannot be a name here.",
            hint="Use 1 to 96 letters, digits, spaces, dots or dashes, not starting with a dot.",
        )
    if len(name.encode()) > OWN_NAME_BYTES:
        raise Validation(
            f"“{name[:30]}…” is too long for a name: it has {len(name.encode())} bytes.",
            hint=f"Use at most {OWN_NAME_BYTES} bytes: an emoji takes 4, a Persian letter 2, a Latin one 1.",
        )
    return name


def with_end(name: str, end: str) -> str:
    """The name with `end` behind it, cut where it would be too long for `check_segment`."""
    stem = name[: _CHARACTERS - len(end)].encode()[: OWN_NAME_BYTES - len(end.encode())]
    return stem.decode(errors="ignore").rstrip() + end


def shorten(name: str, limit: int = OWN_NAME_BYTES) -> str:
    """The name of a file in at most `limit` bytes, with its ending; cut between characters."""
    if len(name.encode()) <= limit:
        return name
    ending = "".join(PurePosixPath(name).suffixes[-2:])
    ending = ending if len(ending.encode()) <= _MAX_SUFFIX_BYTES else PurePosixPath(name).suffix[:_MAX_SUFFIX_BYTES]
    stem = name[: len(name) - len(ending)].encode()[: limit - len(ending.encode())]
    return stem.decode(errors="ignore") + ending


def _is_unicode(name: str) -> bool:
    return mend(name) == name


def safe_relative(path: str) -> PurePosixPath | None:
    """The path if it stays below its folder on every system, else None."""
    try:
        path.encode()
    except UnicodeEncodeError:  # bytes that are no text in any encoding we could guess
        return None
    pure = PurePosixPath(path.replace("\\", "/"))
    if not path or "\0" in path or pure.is_absolute() or ".." in pure.parts or re.match(r"^[A-Za-z]:", path):
        return None
    return pure if pure.parts else None
