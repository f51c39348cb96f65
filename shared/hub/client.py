"""The Hub's metadata, as its protocol gives it: a pinned commit, the files at it, and what is known of a repository."""

from __future__ import annotations

import email.utils
from datetime import UTC, datetime
from typing import TypeVar
from urllib.parse import quote

import httpx2
from pydantic import BaseModel, TypeAdapter, ValidationError

from shared.contracts.errors import GatedRepo, HubUnreachable, RedirectRefused, RepoNotFound
from shared.contracts.specs import RepoType
from shared.files import MANIFEST, safe_relative
from shared.files.partial import JOURNAL, PART
from shared.hub.answers import Account, Card, Entry, Info, Pinned, RepoHit, SearchAnswer
from shared.hub.files import Listing, RemoteFile, Repo
from shared.hub.guard import MAX_HOPS, RedirectGuard

_MAX_FILES = 200_000
_MAX_PAGES = 10_000
# The largest page of files the Hub gives has 1,000 entries, some 400 kB; more than this is no metadata.
_MAX_ANSWER = 64 * 1024 * 1024
RETRY_STATUS = frozenset({408, 425, 429, 500, 502, 503, 504})
_METADATA_S = 30.0
# A server that asks for more than this is asked again all the same.
_LONGEST_RETRY_AFTER_S = 3600.0
_ENTRIES = TypeAdapter(list[Entry])
M = TypeVar("M", bound=BaseModel)
_HITS = TypeAdapter(list[SearchAnswer])


class HubClient:
    """One endpoint, the Hub or a mirror. `client` must not follow redirects by itself: each hop is checked here."""

    def __init__(
        self, client: httpx2.AsyncClient, endpoint: str, token: str | None, extra_hosts: tuple[str, ...] = ()
    ) -> None:
        self._client = client
        self._token = token
        self.endpoint = endpoint
        self.guard = RedirectGuard(endpoint, extra_hosts)

    def headers(self, url: str) -> dict[str, str]:
        """Identity encoding, so that bytes are the file's own; the token for the endpoint's own origin alone."""
        headers = {"Accept-Encoding": "identity"}
        if self._token and self.guard.same_origin(url):
            headers["Authorization"] = f"Bearer {self._token}"
        return headers

    async def pin(self, repo: Repo) -> str:
        """The commit that the revision means now. Raises `RepoNotFound`, `GatedRepo`, `HubUnreachable`."""
        answer = await self._get(f"{self._api(repo)}/revision/{quote(repo.revision, safe='')}", repo)
        return _read(Pinned, answer).sha

    async def list_files(self, repo: Repo, commit: str) -> Listing:
        """Every file at the commit. Raises what `pin` does, and `RedirectRefused`."""
        files: dict[str, RemoteFile] = {}
        pages = 0
        url: str | None = f"{self._api(repo)}/tree/{commit}?recursive=true"
        while url is not None:
            page = await self._get(url, repo)
            try:
                entries = _ENTRIES.validate_json(page.content)
            except ValidationError as error:
                raise HubUnreachable("The Hub's list of files cannot be read.") from error
            for entry in entries:
                if entry.type == "file" and not _ours(entry.path):
                    files[entry.path] = _file(entry)
            pages += 1
            if len(files) > _MAX_FILES or pages > _MAX_PAGES:
                raise HubUnreachable(f"{repo.id} has more than {_MAX_FILES:,} files.")
            url = self._next(url, page)
        return Listing(commit, tuple(files.values()))

    async def card(self, repo: Repo) -> Card:
        """What the Hub says of a repository, with its files. Raises what `pin` does."""
        info, listing = await self.look(repo)
        return Card.of(repo, info, listing, f"{self.endpoint}/{repo.path}")

    async def look(self, repo: Repo) -> tuple[Info, Listing]:
        """The same in the Hub's words, with every file. Raises what `pin` does."""
        answer = await self._get(f"{self._api(repo)}/revision/{quote(repo.revision, safe='')}", repo)
        info = _read(Info, answer)
        return info, await self.list_files(repo, info.sha)

    async def search(self, words: str, repo_type: RepoType, sort: str, limit: int) -> list[RepoHit]:
        """The Hub's own search, most fitting first."""
        query = {"search": words, "sort": sort, "direction": "-1", "limit": str(limit), "full": "true"}
        url = str(httpx2.URL(f"{self.endpoint}/api/{repo_type}s", params=query))
        answer = await self._get(url, None)
        try:
            return [hit.hit(repo_type) for hit in _HITS.validate_json(answer.content)[:limit]]
        except ValidationError as error:
            raise HubUnreachable("The Hub's answer cannot be read.", hint="Is HF_ENDPOINT a Hub?") from error

    async def who_am_i(self) -> Account | None:
        """Whose the token is; None where the Hub does not know it."""
        answer = await self._follow(f"{self.endpoint}/api/whoami-v2")
        if answer.status_code in {401, 403}:
            return None
        check_status(answer.status_code, None, self.endpoint)
        return _read(Account, answer)

    def file_url(self, repo: Repo, commit: str, path: str) -> str:
        return f"{self.endpoint}/{quote(repo.path)}/resolve/{commit}/{quote(path)}"

    def _api(self, repo: Repo) -> str:
        return f"{self.endpoint}/api/{repo.type}s/{quote(repo.id)}"

    def _next(self, url: str, page: httpx2.Response) -> str | None:
        link = page.links.get("next", {}).get("url")
        if link is None:
            return None
        target = self.guard.follow(url, link)
        if not self.guard.same_origin(target):
            raise RedirectRefused("The Hub's next page of files lies on another host.")
        return target

    async def _get(self, url: str, repo: Repo | None) -> httpx2.Response:
        answer = await self._follow(url)
        try:
            check_status(answer.status_code, repo, self.endpoint, answer.headers.get("X-Error-Code"))
        except HubUnreachable as error:
            error.retry_after = retry_after(answer.headers.get("Retry-After"), datetime.now(UTC))
            raise
        return answer

    async def _follow(self, url: str) -> httpx2.Response:
        for _ in range(MAX_HOPS):
            try:
                answer = await self._read_whole(url)
            except httpx2.HTTPError as error:
                raise unreachable(self.endpoint, error) from error
            if not answer.is_redirect:
                return answer
            url = self.guard.follow(url, answer.headers.get("Location", ""))
        raise RedirectRefused(f"The Hub redirected more than {MAX_HOPS} times.")

    async def _read_whole(self, url: str) -> httpx2.Response:
        try:
            request = self._client.build_request("GET", url, headers=self.headers(url), timeout=_METADATA_S)
        except httpx2.InvalidURL as error:
            raise RedirectRefused("The Hub sent us to something that is no address.") from error
        answer = await self._client.send(request, stream=True)
        try:
            if answer.headers.get("Content-Encoding", "identity") != "identity":
                raise HubUnreachable("The Hub compresses its answer, though it was asked not to.")
            content = bytearray()
            async for piece in answer.aiter_raw():
                content += piece
                if len(content) > _MAX_ANSWER:
                    raise HubUnreachable("The Hub's answer is too large to be one.")
        finally:
            await answer.aclose()
        return httpx2.Response(answer.status_code, headers=answer.headers, content=bytes(content), request=request)


def _ours(path: str) -> bool:
    """Names in a repository's folder that mean something to us or to the Hub client."""
    return path in {MANIFEST, ".sokhan-damaged.json"} or path.split("/", 1)[0] == ".cache"


def _file(entry: Entry) -> RemoteFile:
    normal = safe_relative(entry.path)
    if normal is None or str(normal) != entry.path or entry.path.endswith((PART, JOURNAL)):
        raise HubUnreachable(f"The Hub lists a file whose name cannot be one here: {entry.path[:120]}")
    if entry.lfs is not None:
        return RemoteFile(entry.path, entry.lfs.size, entry.lfs.oid, None)
    return RemoteFile(entry.path, entry.size, None, entry.oid)


def _read(model: type[M], answer: httpx2.Response) -> M:
    try:
        return model.model_validate_json(answer.content)
    except ValidationError as error:
        raise HubUnreachable("The Hub's answer cannot be read.", hint="Is HF_ENDPOINT a Hub?") from error


def unreachable(endpoint: str, error: httpx2.HTTPError) -> HubUnreachable:
    return HubUnreachable(
        f"The Hub at {endpoint} cannot be reached ({_reason(error)}).",
        hint="Check the line; behind a block set HF_ENDPOINT to a mirror or HTTPS_PROXY to a proxy.",
    )


def retry_after(value: str | None, now: datetime) -> float | None:
    """Seconds; the header has them, or a date."""
    if value is None:
        return None
    try:
        seconds = float(value)
    except ValueError:
        try:
            seconds = (email.utils.parsedate_to_datetime(value) - now).total_seconds()
        except (ValueError, TypeError):
            return None
    return max(0.0, min(seconds, _LONGEST_RETRY_AFTER_S))


def _reason(error: httpx2.HTTPError) -> str:
    # What our own side of the protocol refuses is quoted in the error, a header with a token included.
    hidden = isinstance(error, httpx2.LocalProtocolError)
    return type(error).__name__ if hidden else str(error) or type(error).__name__


def check_status(status: int, repo: Repo | None, endpoint: str, code: str | None = None) -> None:
    """Turn an HTTP status of the Hub, and the `X-Error-Code` beside it, into our error."""
    page = f"{endpoint}/{repo.path}" if repo else endpoint
    name = repo.id if repo else "This"
    if status == 404 or code == "RepoNotFound":
        # To whom it does not know, the Hub answers 401 for what does not exist, and the same for what is private.
        raise RepoNotFound(
            f"There is no {repo.type} {name} with the revision {repo.revision} on the Hub." if repo else "Not there.",
            hint=f"Look at {page}; if it is private, give Sokhan your token: sokhan token set.",
        )
    if status in {401, 403}:
        raise GatedRepo(
            f"{name} is gated or private: the Hub does not give it to you.",
            hint=f"Ask for access at {page} and give Sokhan your token: sokhan token set.",
        )
    if status in RETRY_STATUS:
        raise HubUnreachable(f"The Hub answers {status}.", hint="It is busy; Sokhan tries again by itself.")
    if status >= 400:
        raise HubUnreachable(f"The Hub refuses with {status}.")
