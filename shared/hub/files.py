"""The files of a repository at one commit."""

from __future__ import annotations

import glob
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from shared.contracts.errors import UnsupportedFile
from shared.contracts.names import RepoType
from shared.files import safe_relative
from shared.files.layout import NAME_BYTES
from shared.files.members import is_unfinished
from shared.files.names import path_problem, twins, visible
from shared.files.patterns import Chooser

_SHOWN_NAMES = 5
_SHOWN_CHARACTERS = 120


@dataclass(frozen=True, slots=True)
class Repo:
    """A requested repository; `revision` is a branch, a tag or a commit."""

    id: str
    type: RepoType
    revision: str = "main"

    @property
    def path(self) -> str:
        """The path of the repository's page on the Hub."""
        return f"datasets/{self.id}" if self.type == "dataset" else self.id


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """`sha256` is set for large files (LFS), `git_sha1` (of the git blob) for small ones."""

    path: str
    size: int
    sha256: str | None
    git_sha1: str | None

    @property
    def etag(self) -> str | None:
        """The Hub's ETag of the file's content."""
        return self.sha256 or self.git_sha1


@dataclass(frozen=True, slots=True)
class Listing:
    """`refused`: the paths of files whose names cannot be stored here."""

    commit: str
    files: tuple[RemoteFile, ...]
    refused: tuple[str, ...] = ()

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def choose(self, include: Sequence[str], exclude: Sequence[str]) -> Listing:
        """The files that match a pattern of `include` (all, if it is empty) and none of `exclude`.

        Blocking. Raises `UnsupportedFile` if one cannot be stored here, `Validation` if matching takes too long.
        """
        chooser = Chooser(tuple(include), tuple(exclude))
        if refused := chooser.choose(self.refused):
            raise _unsupported(refused)
        paths = set(chooser.choose(file.path for file in self.files))
        return Listing(self.commit, tuple(file for file in self.files if file.path in paths))


def storable(path: str) -> bool:
    """Whether a file of a repository can be stored under this path."""
    normal = safe_relative(path)
    if normal is None or str(normal) != path or is_unfinished(path) or path_problem(normal):
        return False
    return all(len(name.encode()) <= NAME_BYTES for name in normal.parts)


def unstorable(paths: Iterable[str]) -> frozenset[str]:
    """Those of a repository's paths that cannot be stored: by their names, or as a second path that is equal in NFC."""
    listed = list(paths)
    return twins(listed) | {path for path in listed if not storable(path)}


def _unsupported(paths: Sequence[str]) -> UnsupportedFile:
    named = ", ".join(f"“{visible(path, _SHOWN_CHARACTERS)}”" for path in paths[:_SHOWN_NAMES])
    more = f" and {len(paths) - _SHOWN_NAMES} more" if len(paths) > _SHOWN_NAMES else ""
    pattern = visible(glob.escape(paths[0]), _SHOWN_CHARACTERS)
    return UnsupportedFile(
        f"The repository holds files whose names cannot be stored here: {named}{more}.",
        hint=f"Exclude them, such as '{pattern}'; everything else can be downloaded.",
    )
