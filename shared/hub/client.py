"""Reads metadata from the Hub: the commit of a revision, its files, model cards, and search results."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import quote

import httpx2
from pydantic import FailFast, Field, JsonValue, TypeAdapter

from shared.contracts.errors import (
    HubRefused,
    HubUnreachable,
    RedirectRefused,
    SokhanError,
    TooLarge,
    UnsupportedFile,
)
from shared.contracts.names import RepoType
from shared.files.members import is_note
from shared.hub.api_models import Card, Entry, HubAccount, Info, PinnedRepo, RepoHit, read_hit
from shared.hub.files import Listing, RemoteFile, Repo, unstorable
from shared.hub.guard import MAX_HOPS, RedirectGuard
from shared.hub.responses import check_response, parse_answer, retry_after

_MAX_FILES = 200_000
_MAX_PAGES = 10_000
_MAX_PATH = 4096  # PATH_MAX of Linux
# The Hub's largest page has 1,000 entries, some 400 kB; a commit's description names its files, 12 MB for 200,000.
_MAX_PAGE, _MAX_ANSWER = 8 * 1024 * 1024, 32 * 1024 * 1024
_METADATA_S = 30.0  # without a byte
_ANSWER_S = 120.0  # for one answer, however slowly its bytes arrive
_LISTING_S = 600.0
_WORKS_S = 5.0
# The first fault ends the reading: millions of wrong entries would make millions of error objects.
_ENTRIES = TypeAdapter(Annotated[list[Entry], Field(max_length=20_000), FailFast()])
_HITS = TypeAdapter(Annotated[list[JsonValue], Field(max_length=1_000), FailFast()])
_PINNED, _INFO, _ACCOUNT = TypeAdapter(PinnedRepo), TypeAdapter(Info), TypeAdapter(HubAccount)


class HubClient:
    """One endpoint, the Hub or a mirror. `client` must not follow redirects: `HubClient` checks each hop."""

    def __init__(
        self, client: httpx2.AsyncClient, endpoint: str, token: str | None, extra_hosts: tuple[str, ...] = ()
    ) -> None:
        self._client = client
        self._token = token
        self.endpoint = endpoint
        self.guard = RedirectGuard(endpoint, extra_hosts)

    def headers(self, url: str) -> dict[str, str]:
        """Request headers: identity encoding, for the file's own bytes; the token for the endpoint's origin only."""
        headers = {"Accept-Encoding": "identity"}
        if self._token and self.guard.same_origin(url):
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    async def pin(self, repo: Repo) -> str:
        """The current commit of the revision. Raises `RepoNotFound`, `GatedRepo`, `HubUnreachable`."""
        return (await self.pinned(repo)).sha

    async def pinned(self, repo: Repo) -> PinnedRepo:
        """The current commit of the revision, and who may read the repository. Raises the errors of `pin`."""
        answer = await self._get(f"{self._api(repo)}/revision/{quote(repo.revision, safe='')}", repo)
        return parse_answer(_PINNED, answer, self.endpoint)

    async def check_readable(self, repo: Repo, commit: str, path: str) -> None:
        """Ask whether the token may read a file, without reading it: everybody may list a gated repository's files.

        Raises the errors of `pin`, and `RedirectRefused`.
        """
        url = self.file_url(repo, commit, path)
        for _ in range(MAX_HOPS):
            try:
                request = self._client.build_request("HEAD", url, headers=self.headers(url), timeout=_METADATA_S)
                answer = await self._client.send(request)
            except httpx2.HTTPError as error:
                raise unreachable(self.endpoint, error) from error
            if not answer.is_redirect:
                return check_response(answer, repo, self.endpoint)
            url = self.guard.follow(url, answer.headers.get("Location", ""))
            if not self.guard.same_origin(url):
                return None  # the signed URL of a file server
        raise RedirectRefused(f"The Hub redirected more than {MAX_HOPS} times.")

    async def list_files(self, repo: Repo, commit: str) -> Listing:
        """Every file at the commit. Raises the errors of `pin`, `RedirectRefused`, and `TooLarge`."""
        try:
            async with asyncio.timeout(_LISTING_S):
                return await self._list_files(repo, commit)
        except TimeoutError as error:
            raise HubUnreachable(f"The Hub needs more than {_LISTING_S:.0f} s for the list of files.") from error

    async def _list_files(self, repo: Repo, commit: str) -> Listing:
        entries: dict[str, Entry] = {}
        seen: set[str] = set()
        url: str | None = f"{self._api(repo)}/tree/{commit}?recursive=true"
        while url is not None:
            seen.add(url)
            page = await self._get(url, repo, _MAX_PAGE)
            for entry in parse_answer(_ENTRIES, page, self.endpoint):
                if len(entry.path) > _MAX_PATH:
                    raise UnsupportedFile(f"{repo.id} has a file name of {len(entry.path):,} characters.")
                if entry.type == "file" and not is_note(entry.path):
                    entries[entry.path] = entry
            if len(entries) > _MAX_FILES or len(seen) > _MAX_PAGES:
                raise TooLarge(f"{repo.id} has more than {_MAX_FILES:,} files.")
            url = self._next(url, page)
            if url in seen:
                raise HubRefused(f"{self.endpoint} repeats a page of its list of files.")
        return await asyncio.to_thread(_listing, commit, entries)

    async def card(self, repo: Repo) -> Card:
        """The card of a repository, with its files. Raises the errors of `pin`."""
        info, listing = await self.look(repo)
        return Card.of(repo, info, listing, f"{self.endpoint}/{repo.path}")

    async def look(self, repo: Repo) -> tuple[Info, Listing]:
        """The Hub's metadata of a repository, with every file. Raises the errors of `pin`."""
        answer = await self._get(f"{self._api(repo)}/revision/{quote(repo.revision, safe='')}", repo)
        info = parse_answer(_INFO, answer, self.endpoint)
        return info, await self.list_files(repo, info.sha)

    async def search(self, words: str, repo_type: RepoType, sort: str, limit: int) -> list[RepoHit]:
        """The results of the Hub's search, in its order."""
        query = {"search": words, "sort": sort, "direction": "-1", "limit": str(limit), "full": "true"}
        url = str(httpx2.URL(f"{self.endpoint}/api/{repo_type}s", params=query))
        answer = await self._get(url, None, _MAX_PAGE)
        hits = (read_hit(item) for item in parse_answer(_HITS, answer, self.endpoint)[:limit])
        return [hit.hit(repo_type) for hit in hits if hit is not None]

    async def who_am_i(self) -> HubAccount | None:
        """The account of the token; None if the Hub does not accept it."""
        answer = await self._follow(f"{self.endpoint}/api/whoami-v2")
        if answer.status_code in {401, 403}:
            return None
        check_response(answer, None, self.endpoint)
        return parse_answer(_ACCOUNT, answer, self.endpoint)

    async def works(self) -> bool:
        """Whether the endpoint answers a search, which concerns no single repository."""
        try:
            async with asyncio.timeout(_WORKS_S):
                await self.search("", "model", "downloads", 1)
        except (SokhanError, TimeoutError):
            return False
        return True

    def file_url(self, repo: Repo, commit: str, path: str) -> str:
        return f"{self.endpoint}/{quote(repo.path)}/resolve/{commit}/{quote(path)}"

    def _api(self, repo: Repo) -> str:
        return f"{self.endpoint}/api/{repo.type}s/{quote(repo.id)}"

    def _next(self, url: str, page: httpx2.Response) -> str | None:
        link = page.links.get("next", {}).get("url")
        if link is None:
            return None
        return self.guard.page(url, link)

    async def _get(self, url: str, repo: Repo | None, limit: int = _MAX_ANSWER) -> httpx2.Response:
        answer = await self._follow(url, limit)
        try:
            check_response(answer, repo, self.endpoint)
        except HubUnreachable as error:
            error.retry_after = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            raise
        return answer

    async def _follow(self, url: str, limit: int = _MAX_ANSWER) -> httpx2.Response:
        for _ in range(MAX_HOPS):
            try:
                async with asyncio.timeout(_ANSWER_S):
                    answer = await self._read_answer(url, limit)
            except TimeoutError as error:
                raise HubUnreachable(f"The Hub needs more than {_ANSWER_S:.0f} s for an answer.") from error
            except httpx2.HTTPError as error:
                raise unreachable(self.endpoint, error) from error
            if not answer.is_redirect:
                return answer
            url = self.guard.follow(url, answer.headers.get("Location", ""))
        raise RedirectRefused(f"The Hub redirected more than {MAX_HOPS} times.")

    async def _read_answer(self, url: str, limit: int) -> httpx2.Response:
        try:
            request = self._client.build_request("GET", url, headers=self.headers(url), timeout=_METADATA_S)
        except httpx2.InvalidURL as error:
            raise RedirectRefused("The Hub redirects to an invalid address.") from error
        answer = await self._client.send(request, stream=True)
        try:
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise HubUnreachable("The Hub sent a compressed answer to a request for an uncompressed one.")
            content = bytearray()
            async for piece in answer.aiter_raw():
                content += piece
                if len(content) > limit:
                    raise HubUnreachable(f"The Hub's answer is larger than {limit // 2**20} MiB.")
        finally:
            await answer.aclose()
        return httpx2.Response(answer.status_code, headers=answer.headers, content=bytes(content), request=request)


def _listing(commit: str, entries: Mapping[str, Entry]) -> Listing:
    """Blocking: 1.5 s for the names of 200,000 files."""
    refused = unstorable(entries)
    files = tuple(_file(entry) for path, entry in entries.items() if path not in refused)
    return Listing(commit, files, tuple(path for path in entries if path in refused))


def _file(entry: Entry) -> RemoteFile:
    if entry.lfs is not None:
        return RemoteFile(entry.path, entry.lfs.size, entry.lfs.oid, None)
    return RemoteFile(entry.path, entry.size, None, entry.oid)


def unreachable(endpoint: str, error: httpx2.HTTPError) -> HubUnreachable:
    return HubUnreachable(
        f"The Hub at {endpoint} cannot be reached ({_reason(error)}).",
        hint="Check the connection; if the Hub is blocked, set HF_ENDPOINT to a mirror or HTTPS_PROXY to a proxy.",
    )


def _reason(error: httpx2.HTTPError) -> str:
    # An error of our own side quotes the refused header, which may hold the token.
    hidden = isinstance(error, httpx2.LocalProtocolError)
    return type(error).__name__ if hidden else str(error) or type(error).__name__
