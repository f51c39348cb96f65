"""The data tree.

    $SOKHAN_DATA/
      models/<namespace>/<name>/     the files and sokhan.json
      datasets/<namespace>/<name>/
      checkpoints/<run id>/<step>/
      audio/  uploads/  tmp/  run/
      lexicon.tsv  lexicons/<account>.tsv

`tmp` is on the same file system as the rest, so that one rename publishes a finished file or folder.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from shared.contracts.errors import Validation
from shared.contracts.owners import SOLE_OWNERS, is_account_name
from shared.files.names import name_problem, visible
from shared.unicode import mend

LEXICON, LEXICONS = "lexicon.tsv", "lexicons"
RESUMABLE = "resumable"
NAME_BYTES = 255
"""The limit of a file name: NAME_MAX of Linux's file systems."""
OWN_NAME_BYTES = 200
"""The limit of a name that people choose: a run's id and endings such as `.sokhan-part.journal` are appended."""
_MAX_SUFFIX_BYTES = 20  # bytes; `.jsonl.gz` has 9
_FOLDERS = (
    "models", "datasets", "checkpoints", "audio/renders", "uploads", "lexicons", "tmp", "run/locks", "run/reservations",
)  # fmt: skip
# Any script is allowed; only characters with a meaning in a file system or a URL are refused.
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
        """The parent of the folders of speech jobs (shared/files/renders.py)."""
        return self.root / "audio" / "renders"

    @property
    def lexicon(self) -> Path:
        """The installation's pronunciation lexicon (shared/persian/lexicon.py); it may be missing."""
        return self.root / LEXICON

    def account_lexicon(self, owner: str) -> Path | None:
        """An account's own lexicon, which may be missing. None for a sole owner, who has the installation's only."""
        if owner in SOLE_OWNERS or not is_account_name(owner):
            return None
        return self.root / LEXICONS / f"{owner}.tsv"

    @property
    def uploads(self) -> Path:
        return self.root / "uploads"

    @property
    def resumable(self) -> Path:
        """Uploads that are not complete or not imported yet (services/gateway/uploads/files.py); the first makes it."""
        return self.uploads / RESUMABLE

    @property
    def checkpoints(self) -> Path:
        return self.root / "checkpoints"

    def folder(self, kind: str, asset_id: str) -> Path:
        """The folder of an asset. `kind`: model or dataset; id: `namespace/name` or `name`. Raises `Validation`."""
        parts = [check_segment(part) for part in asset_id.split("/")]
        if len(parts) > 2:
            raise Validation(f"“{asset_id}” is not the id of a {kind}: it has more than one slash.")
        if len(parts) == 1:
            parts = ["_", *parts]  # the Hub's oldest repositories have no namespace
        return self.root / f"{kind}s" / parts[0] / parts[1]

    @staticmethod
    def asset_id(folder: Path) -> str:
        """The inverse of `folder`: the id of the asset in this folder."""
        return folder.name if folder.parent.name == "_" else f"{folder.parent.name}/{folder.name}"

    def relative(self, path: Path) -> str:
        return path.relative_to(self.root).as_posix()


def check_segment(name: str) -> str:
    """The name, if it is safe as one path segment. Raises `Validation`."""
    problem = name_problem(name)
    if (
        problem is not None
        or not _SEGMENT.fullmatch(name)
        or name != name.strip()
        or name.startswith(".")
        or not _is_unicode(name)
    ):
        raise Validation(
            f"“{visible(mend(name), 60)}” is not a valid name{f': it {problem}' if problem else ''}.",
            hint="Use 1 to 96 letters, digits, spaces, dots or dashes, not starting with a dot.",
        )
    if len(name.encode()) > OWN_NAME_BYTES:
        raise Validation(
            f"“{name[:30]}…” is too long for a name: it has {len(name.encode())} bytes.",
            hint=f"Use at most {OWN_NAME_BYTES} bytes: an emoji takes 4, a Persian letter 2, a Latin one 1.",
        )
    return name


def with_end(name: str, end: str) -> str:
    """The name with the suffix `end`, shortened so that `check_segment` accepts it."""
    stem = name[: _CHARACTERS - len(end)].encode()[: OWN_NAME_BYTES - len(end.encode())]
    return stem.decode(errors="ignore").rstrip() + end


def shorten(name: str, limit: int = OWN_NAME_BYTES) -> str:
    """The file name shortened to at most `limit` bytes, between characters; the extension is preserved."""
    if len(name.encode()) <= limit:
        return name
    ending = "".join(PurePosixPath(name).suffixes[-2:])
    ending = ending if len(ending.encode()) <= _MAX_SUFFIX_BYTES else PurePosixPath(name).suffix[:_MAX_SUFFIX_BYTES]
    stem = name[: len(name) - len(ending)].encode()[: limit - len(ending.encode())]
    return stem.decode(errors="ignore") + ending


def _is_unicode(name: str) -> bool:
    return mend(name) == name


def safe_relative(path: str) -> PurePosixPath | None:
    """The path if it stays inside its folder on every operating system, else None."""
    try:
        path.encode()
    except UnicodeEncodeError:  # surrogates for bytes of an unknown encoding
        return None
    pure = PurePosixPath(path.replace("\\", "/"))
    if not path or "\0" in path or pure.is_absolute() or ".." in pure.parts or re.match(r"^[A-Za-z]:", path):
        return None
    return pure if pure.parts else None
