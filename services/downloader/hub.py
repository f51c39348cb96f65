"""The Hub's metadata, as its protocol gives it: a pinned commit and the files at that commit."""

from __future__ import annotations

import fnmatch
from dataclasses import dataclass
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.downloader.redirects import MAX_HOPS, RedirectGuard
from shared.contracts.errors import GatedRepo, HubUnreachable, RedirectRefused, RepoNotFound
from shared.contracts.specs import DownloadSpec, RepoType
from shared.files import MANIFEST, safe_relative

_MAX_FILES = 200_000
_RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class RemoteFile:
    """`sha256` is there for large files (LFS), `git_sha1` (of the git blob) for small ones."""

    path: str
    size: int
    sha256: str | None
    git_sha1: str | None


@dataclass(frozen=True, slots=True)
class Listing:
    commit: str
    files: tuple[RemoteFile, ...]

    @property
    def size(self) -> int:
        return sum(file.size for file in self.files)


class _Info(BaseModel):
    sha: str


class _Lfs(BaseModel):
    oid: str
    size: int


class _Entry(BaseModel):
    type: str
    path: str
    size: int = 0
    oid: str | None = None
    lfs: _Lfs | None = None


_ENTRIES = TypeAdapter(list[_Entry])


class Hub:
    """`client` must not follow redirects by itself: each hop is checked here."""

    def __init__(self, client: httpx2.AsyncClient, endpoint: str, token: str | None) -> None:
        self._client = client
        self._endpoint = endpoint
        self._token = token
        self.guard = RedirectGuard(endpoint)

    def headers(self, url: str) -> dict[str, str]:
        """Identity encoding, so that bytes are the file's own; the token for the endpoint's own origin alone."""
        headers = {"Accept-Encoding": "identity"}
        if self._token and self.guard.same_origin(url):
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    async def list_files(self, spec: DownloadSpec) -> Listing:
        """Pin the commit, then list every file at it that the patterns choose.

        Raises `RepoNotFound`, `GatedRepo`, `HubUnreachable`, `RedirectRefused`.
        """
        base = f"{self._endpoint}/api/{spec.repo_type}s/{quote(spec.repo_id)}"
        info = await self._get(f"{base}/revision/{quote(spec.repo_revision, safe='')}", spec)
        commit = self._read(_Info, info).sha
        files: list[RemoteFile] = []
        url: str | None = f"{base}/tree/{commit}?recursive=true"
        while url is not None:
            page = await self._get(url, spec)
            try:
                entries = _ENTRIES.validate_json(page.content)
            except ValidationError as error:
                raise HubUnreachable("The Hub's list of files cannot be read.") from error
            files.extend(self._file(entry) for entry in entries if entry.type == "file" and entry.path != MANIFEST)
            if len(files) > _MAX_FILES:
                raise HubUnreachable(f"{spec.repo_id} has more than {_MAX_FILES:,} files.")
            url = self._next(url, page)
        return Listing(commit, tuple(file for file in files if _chosen(file.path, spec)))

    def file_url(self, repo_type: RepoType, repo_id: str, commit: str, path: str) -> str:
        prefix = "datasets/" if repo_type == "dataset" else ""
        return f"{self._endpoint}/{prefix}{quote(repo_id)}/resolve/{commit}/{quote(path)}"

    def _next(self, url: str, page: httpx2.Response) -> str | None:
        link = page.links.get("next", {}).get("url")
        if link is None:
            return None
        target = self.guard.follow(url, link)
        if not self.guard.same_origin(target):
            raise RedirectRefused("The Hub's next page of files lies on another host.")
        return target

    @staticmethod
    def _file(entry: _Entry) -> RemoteFile:
        if safe_relative(entry.path) is None:
            raise HubUnreachable(f"The Hub lists a file that would land outside its folder: {entry.path[:120]}")
        if entry.lfs is not None:
            return RemoteFile(entry.path, entry.lfs.size, entry.lfs.oid, None)
        return RemoteFile(entry.path, entry.size, None, entry.oid)

    @staticmethod
    def _read(model: type[_Info], response: httpx2.Response) -> _Info:
        try:
            return model.model_validate_json(response.content)
        except ValidationError as error:
            raise HubUnreachable("The Hub's answer cannot be read.", hint="Is HF_ENDPOINT a Hub?") from error

    async def _get(self, url: str, spec: DownloadSpec) -> httpx2.Response:
        for _ in range(MAX_HOPS):
            try:
                response = await self._client.get(url, headers=self.headers(url))
            except httpx2.HTTPError as error:
                raise HubUnreachable(
                    f"The Hub at {self._endpoint} cannot be reached ({type(error).__name__}).",
                    hint="Check the line; behind a block set HF_ENDPOINT to a mirror or HTTPS_PROXY to a proxy.",
                ) from error
            if not response.is_redirect:
                check_status(response.status_code, spec, self._endpoint)
                return response
            url = self.guard.follow(url, response.headers.get("Location", ""))
        raise RedirectRefused(f"The Hub redirected more than {MAX_HOPS} times.")


def check_status(status: int, spec: DownloadSpec, endpoint: str) -> None:
    """Turn an HTTP status of the Hub into our error."""
    page = f"{endpoint}/{'datasets/' if spec.repo_type == 'dataset' else ''}{spec.repo_id}"
    if status in {401, 403}:
        # The Hub answers 401 for what does not exist as well, unless a token proves who asks.
        raise GatedRepo(
            f"{spec.repo_id} is gated, private or does not exist.",
            hint=f"Ask for access at {page} and set HF_TOKEN.",
        )
    if status == 404:
        raise RepoNotFound(
            f"There is no {spec.repo_type} {spec.repo_id} with the revision {spec.repo_revision} on the Hub.",
            hint=f"Look at {page}",
        )
    if status in _RETRY_STATUS:
        raise HubUnreachable(f"The Hub answers {status}.", hint="It is busy; Sokhan tries again by itself.")
    if status >= 400:
        raise HubUnreachable(f"The Hub refuses with {status}.")


def _chosen(path: str, spec: DownloadSpec) -> bool:
    included = not spec.include or any(fnmatch.fnmatch(path, pattern) for pattern in spec.include)
    return included and not any(fnmatch.fnmatch(path, pattern) for pattern in spec.exclude)
