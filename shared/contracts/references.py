"""Parses references to a repository: its id, the URL of one of its pages, a `hf://` path, a git remote.

    https://huggingface.co/datasets/NAMESPACE/NAME/tree/REVISION  →  NAMESPACE/NAME, dataset, REVISION

The host of a URL is ignored: it may be a mirror, and the download uses the configured endpoint.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from shared.contracts.names import RepoType

# Without a scheme only these are hosts; any other first segment is a namespace.
_HUB_HOSTS = frozenset({"huggingface.co", "www.huggingface.co", "hf.co"})
_TYPES: dict[str, RepoType] = {"models": "model", "datasets": "dataset"}
# Pages of a repository whose URL continues with a revision.
_WITH_REVISION = frozenset({"tree", "blob", "resolve", "raw", "commit", "commits"})
_SSH = re.compile(r"(?:ssh://)?git@(?:hf\.co|huggingface\.co)[:/](.+)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class RepoReference:
    """`repo_type` and `revision` are None if the text does not name them."""

    repo_id: str
    repo_type: RepoType | None = None
    revision: str | None = None


def parse_reference(text: str) -> RepoReference:
    """The repository that the text refers to. A text of another form is returned as the id, for the id's validation."""
    path = _path(text.strip())
    repo_type: RepoType | None = None
    parts = [part for part in path.split("/") if part]
    if len(parts) > 1 and parts[0] in _TYPES:
        repo_type, parts = _TYPES[parts[0]], parts[1:]
    if len(parts) < 2:
        return RepoReference("/".join(parts), repo_type)
    repo_id = f"{parts[0]}/{parts[1].removesuffix('.git')}"
    rest = parts[2:]
    if not _is_address(text.strip()) and rest:
        return RepoReference("/".join(parts), repo_type)
    return RepoReference(repo_id, repo_type, _revision(rest))


def _is_address(text: str) -> bool:
    return "://" in text or _SSH.fullmatch(text) is not None or text.split("/", maxsplit=1)[0].lower() in _HUB_HOSTS


def _path(text: str) -> str:
    if match := _SSH.fullmatch(text):
        return match[1]
    scheme, found, rest = text.partition("://")
    if not found:
        return urlsplit(f"//{text}").path if _is_address(text) else text
    if scheme.lower() == "hf":
        return rest
    try:
        return urlsplit(text).path if scheme.lower() in {"http", "https"} else text
    except ValueError:  # such as a URL with an unclosed bracket
        return text


def _revision(rest: list[str]) -> str | None:
    if len(rest) < 2 or rest[0] not in _WITH_REVISION:
        return None
    if rest[1] == "refs" and len(rest) > 3:
        return "/".join(rest[1:4])
    return unquote(rest[1])
