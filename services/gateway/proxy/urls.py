"""The one kind of URL that `/api/proxy` serves: `<endpoint>/[datasets/]<repo>/resolve/<revision>/<path>`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import quote, unquote, urlsplit

from pydantic import TypeAdapter, ValidationError

from shared.contracts.errors import RedirectRefused
from shared.contracts.names import RepoId, RepoType
from shared.hub.files import storable

# The longest path (4,096 characters), percent-encoded for the most part.
_MAX_URL = 8192
_PATH = re.compile(r"(datasets/)?([^/]+(?:/[^/]+)?)/resolve/([^/]+)/(.+)")
_UNPRINTABLE = re.compile(r"[\x00-\x20\x7f\\]")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_REVISION = re.compile(r"[\w.+-]+(/[\w.+-]+)*")
_REPO_ID: TypeAdapter[str] = TypeAdapter(RepoId)
_HINT = "Give a file of the Hub: https://huggingface.co/<repo>/resolve/main/<file>."


class UrlRefused(RedirectRefused):
    """The requested URL itself is refused, as opposed to a redirect of the Hub."""

    status: ClassVar[int] = 400


@dataclass(frozen=True, slots=True)
class ProxiedFile:
    """A file of a repository at one of the endpoints."""

    endpoint: str
    repo_id: str
    repo_type: RepoType
    revision: str
    path: str

    @property
    def url(self) -> str:
        """Composed of the checked parts: the client's own spelling does not reach the Hub."""
        folder = "datasets/" if self.repo_type == "dataset" else ""
        name = f"{folder}{self.repo_id}/resolve/{quote(self.revision, safe='')}"
        return f"{self.endpoint}/{name}/{quote(self.path)}"


def file_of(url: str, endpoints: Sequence[str]) -> ProxiedFile:
    """The file that a URL names. Raises `UrlRefused` for any other URL."""
    if len(url) > _MAX_URL or _UNPRINTABLE.search(url.replace(" ", "%20")):
        raise UrlRefused("This is not a URL.", hint=_HINT)
    endpoint = next((e for e in endpoints if url.startswith(f"{e}/")), None)
    if endpoint is None:
        raise UrlRefused(f"{_host(url)[:120] or 'That'} is not the Hub, nor a mirror in use.", hint=_HINT)
    match = _PATH.fullmatch(url.removeprefix(f"{endpoint}/").partition("#")[0].partition("?")[0])
    if match is None:
        raise UrlRefused("Only files of repositories can be fetched.", hint=_HINT)
    revision, path = unquote(match[3]), unquote(match[4])
    return ProxiedFile(endpoint, _repo_id(match[2]), _type(match[1]), _revision(revision), _path(path))


def _repo_id(text: str) -> str:
    try:
        return _REPO_ID.validate_python(unquote(text))
    except ValidationError:
        raise UrlRefused("This is not the name of a repository.", hint=_HINT) from None


def _type(folder: str | None) -> RepoType:
    return "dataset" if folder else "model"


def _revision(text: str) -> str:
    if _REVISION.fullmatch(text) is None or ".." in text:
        raise UrlRefused("This is not the name of a revision.", hint=_HINT)
    return text


def _path(text: str) -> str:
    if _CONTROL.search(text) or not storable(text):
        raise UrlRefused("This is not the path of a file.", hint=_HINT)
    return text


def _host(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:
        return ""
