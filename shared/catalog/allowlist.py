"""The decisions of the allowlist, as pure functions of the catalog's entries."""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence

from shared.contracts.catalog import CatalogEntry
from shared.contracts.kinds.download import DownloadSpec
from shared.contracts.names import RepoType
from shared.files.patterns import chosen


def listed(name: str, repo_type: RepoType | None, entries: Iterable[CatalogEntry]) -> CatalogEntry | None:
    """The entry with this id, else the only entry of this repository; None if there is none or more than one."""
    candidates = [entry for entry in entries if repo_type in {None, entry.repo_type}]
    of_id = [entry for entry in candidates if entry.id == name]
    of_repo = [entry for entry in candidates if entry.repo_id == name]
    found = of_id or of_repo
    return found[0] if len(found) == 1 else None


def parts_of(repo_id: str, entries: Iterable[CatalogEntry]) -> list[str]:
    """The ids of the entries that refer to this repository."""
    return [entry.id for entry in entries if entry.repo_id == repo_id]


def offers_whole(repo_id: str, repo_type: RepoType, entries: Iterable[CatalogEntry]) -> bool:
    """Whether an entry allows the whole repository, and not only a part of it."""
    return any((entry.repo_id, entry.repo_type) == (repo_id, repo_type) and not entry.include for entry in entries)


def offers_file(repo_id: str, repo_type: RepoType, revision: str, path: str, entries: Iterable[CatalogEntry]) -> bool:
    """Whether an entry offers this file of a repository, at this revision."""
    return any(
        (entry.repo_id, entry.repo_type) == (repo_id, repo_type)
        and revision in {entry.revision, entry.commit}
        and chosen(path, entry.include, entry.exclude)
        for entry in entries
    )


def allows(spec: DownloadSpec, entries: Iterable[CatalogEntry]) -> bool:
    """Whether one entry covers all files of the download."""
    return any(_covers(entry, spec) for entry in entries)


def _covers(entry: CatalogEntry, spec: DownloadSpec) -> bool:
    same = (entry.repo_id, entry.repo_type) == (spec.repo_id, spec.repo_type)
    # Anyone may open a pull request on the Hub, so its revision is untrusted, although the repository is listed.
    known = spec.repo_revision in {entry.revision, entry.commit}
    return same and known and narrows(spec.include, entry.include) and set(entry.exclude) <= set(spec.exclude)


def narrows(patterns: Sequence[str], within: Sequence[str]) -> bool:
    """Whether each of `patterns` matches only paths that one of `within` matches; no patterns match all paths."""
    if not within:
        return True
    return bool(patterns) and all(any(_inside(pattern, outer) for outer in within) for pattern in patterns)


def _inside(pattern: str, outer: str) -> bool:
    outer = f"{outer}*" if outer.endswith("/") else outer
    # `*` in `outer` also matches the wildcards of `pattern`; `?` and `[` do not, so such patterns must be equal.
    simple = not any(sign in text for sign in "?[" for text in (outer, pattern))
    return pattern == outer or (simple and fnmatch.fnmatchcase(pattern, outer))
