"""What a repository holds at one commit."""

from __future__ import annotations

import fnmatch
from collections.abc import Sequence
from dataclasses import dataclass

from shared.contracts.specs import RepoType


@dataclass(frozen=True, slots=True)
class Repo:
    """A repository as it is asked for: `revision` is a branch, a tag or a commit."""

    id: str
    type: RepoType
    revision: str = "main"

    @property
    def path(self) -> str:
        """As the Hub's own pages have it."""
        return f"datasets/{self.id}" if self.type == "dataset" else self.id


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """`sha256` is there for large files (LFS), `git_sha1` (of the git blob) for small ones."""

    path: str
    size: int
    sha256: str | None
    git_sha1: str | None

    @property
    def etag(self) -> str | None:
        """What the Hub calls the file's content."""
        return self.sha256 or self.git_sha1


@dataclass(frozen=True, slots=True)
class Listing:
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)

    def choose(self, include: Sequence[str], exclude: Sequence[str]) -> Listing:
        """The files that match a pattern of `include` (all, where there is none) and none of `exclude`."""
        return Listing(self.commit, tuple(file for file in self.files if chosen(file.path, include, exclude)))


def chosen(path: str, include: Sequence[str], exclude: Sequence[str]) -> bool:
    """Whether the patterns choose a file: any of `include`, or all where there is none; and none of `exclude`."""
    included = not include or any(_matches(path, pattern) for pattern in include)
    return included and not any(_matches(path, pattern) for pattern in exclude)


def _matches(path: str, pattern: str) -> bool:
    # The Hub client's rule: a folder's name stands for everything in it.
    return fnmatch.fnmatchcase(path, f"{pattern}*" if pattern.endswith("/") else pattern)
