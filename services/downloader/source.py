"""Opens a byte range of a file at an endpoint.

The Hub redirects a file to a signed URL of its file server, valid for some minutes. The URL is reused for the file's
other requests, and requested again when the file server refuses it.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from urllib.parse import urlsplit

import httpx2

from services.downloader.errors import ContentChanged, TransferError
from shared.contracts.errors import RedirectRefused, RepoNotFound
from shared.hub import MAX_HOPS, RETRY_STATUS, HubClient, Hubs, RemoteFile, Repo, check_response, retry_after

# The statuses of a file server for an expired signed URL.
_EXPIRED = frozenset({401, 403, 404, 410})
_CONTENT_RANGE = re.compile(r"bytes (\d{1,19})-(\d{1,19})/(\d{1,19}|\*)")
# Reading a longer body of a redirect costs more than a new connection.
_LONG = 16 * 1024
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(slots=True)
class RangeResponse:
    """Bytes of the file from `start` on. A server without ranges starts at 0, whatever was requested."""

    start: int
    ranged: bool
    served_by: str
    hub: HubClient
    response: httpx2.Response


@dataclass(slots=True)
class _Located:
    """The URL of a file at its file server, and the ETag of its content there (for `If-Range`)."""

    url: str
    etag: str | None = None


@dataclass(slots=True)
class Source:
    """One repository at one commit. `now` is for `Retry-After` dates."""

    client: httpx2.AsyncClient
    hubs: Hubs
    repo: Repo
    commit: str
    now: Callable[[], datetime]
    _located: dict[tuple[str, str], _Located] = field(default_factory=dict)
    _resolving: dict[tuple[str, str], asyncio.Lock] = field(default_factory=dict)

    @asynccontextmanager
    async def open(self, hub: HubClient, file: RemoteFile, start: int, end: int) -> AsyncIterator[RangeResponse]:
        """The response to a request for these bytes; it may carry more.

        Raises `TransferError`, `ContentChanged`, `GatedRepo`, `RepoNotFound`, `RedirectRefused`. Reads inside the block
        raise `TransferError` through `reading`.
        """
        response: httpx2.Response | None = None
        try:
            with reading(hub):
                response, served_by = await self._respond(hub, file, start, end)
                body = self._body(hub, file, start, end, response, served_by)
            yield body
        finally:
            if response is not None:
                with suppress(Exception):  # the connection is broken anyway
                    await response.aclose()

    async def _respond(self, hub: HubClient, file: RemoteFile, start: int, end: int) -> tuple[httpx2.Response, str]:
        key = (hub.endpoint, file.path)
        if file.sha256 is None:  # a small file: one request, no URL to reuse
            return await self._walk(hub, file, hub.file_url(self.repo, self.commit, file.path), start, end)
        known = self._located.get(key)
        if known is not None:
            response, served_by = await self._walk(hub, file, known.url, start, end, known.etag)
            if response.status_code not in _EXPIRED:
                return response, served_by
            await _dismiss(response)
            if self._located.get(key) is known:  # no other request has replaced it
                del self._located[key]
        # One request resolves the URL for all that wait.
        async with self._resolving.setdefault(key, asyncio.Lock()):
            url = known.url if (known := self._located.get(key)) else hub.file_url(self.repo, self.commit, file.path)
            response, served_by = await self._walk(hub, file, url, start, end)
            if response.is_success:
                self._located[key] = _Located(str(response.url), _strong(response.headers.get("ETag")))
        return response, served_by

    async def _walk(
        self, hub: HubClient, file: RemoteFile, url: str, start: int, end: int, etag: str | None = None
    ) -> tuple[httpx2.Response, str]:
        """Follow checked redirects to the response that carries the bytes, or an error."""
        for _ in range(MAX_HOPS):
            headers = hub.headers(url)
            if start > 0 or end < file.size:
                headers["Range"] = f"bytes={start}-{end - 1}"
                if etag is not None:
                    headers["If-Range"] = etag
            response = await self.client.send(self.client.build_request("GET", url, headers=headers), stream=True)
            if not response.is_redirect:
                return response, urlsplit(url).netloc
            await _dismiss(response)
            _check_linked(response, file)
            url = hub.guard.follow(url, response.headers.get("Location", ""))
        raise RedirectRefused(f"The Hub redirected more than {MAX_HOPS} times.")

    def _body(
        self, hub: HubClient, file: RemoteFile, start: int, end: int, response: httpx2.Response, served_by: str
    ) -> RangeResponse:
        self._check(hub, file, response, served_by)
        if response.headers.get("Content-Encoding", "identity") != "identity":
            raise TransferError(f"{served_by} compresses the file's bytes", answered=True)
        if response.status_code == 206:
            match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
            if match is None or int(match[1]) != start or int(match[2]) < start:
                raise TransferError(f"{served_by} sends another range than was requested", answered=True)
            if match[3] not in {"*", str(file.size)}:
                raise ContentChanged(file.path)
            return RangeResponse(start, True, served_by, hub, response)
        length = response.headers.get("Content-Length")
        if length is not None and int(length) != file.size:
            raise TransferError(f"{served_by} sends {length} bytes for a file of {file.size}", answered=True)
        return RangeResponse(0, start == 0 and end == file.size, served_by, hub, response)

    def _check(self, hub: HubClient, file: RemoteFile, response: httpx2.Response, served_by: str) -> None:
        status = response.status_code
        if status in {200, 206}:
            return
        if status in RETRY_STATUS:
            wait = retry_after(response.headers.get("Retry-After"), self.now())
            raise TransferError(f"{status} from {served_by}", retry_after=wait, answered=True, endpoint=status == 429)
        if status == 416:
            raise TransferError(f"{served_by} has fewer bytes than were requested", answered=True)
        if status == 404 and response.headers.get("X-Error-Code") == "EntryNotFound":
            raise RepoNotFound(
                f"{self.repo.id} lists {file.path[:120]!r}, but the Hub does not give that file (404).",
                hint="Leave it out with exclude, or try again when the repository is repaired.",
            )
        if status in {401, 403, 404} and hub.guard.same_origin(str(response.url)):
            check_response(response, self.repo, hub.endpoint)
        raise TransferError(f"{status} from {served_by}", answered=True)


@contextmanager
def reading(hub: HubClient) -> Iterator[None]:
    """Turns network errors of a request into `TransferError`."""
    host = urlsplit(hub.endpoint).netloc
    try:
        yield
    except httpx2.InvalidURL as error:
        raise RedirectRefused("The Hub redirects to an invalid address.") from error
    except httpx2.ReadTimeout as error:
        raise TransferError("no byte arrived in time") from error
    except (httpx2.ConnectError, httpx2.ConnectTimeout, httpx2.ProxyError) as error:
        # A repository may lead to a file server that is down; that says nothing about its endpoint.
        own = hub.guard.same_origin(str(error.request.url))
        raise TransferError(f"no connection to {host} ({str(error) or type(error).__name__})", endpoint=own) from error
    except httpx2.LocalProtocolError as error:  # its text quotes the refused header, which may hold a token
        raise TransferError("the request cannot be sent") from error
    except httpx2.HTTPError as error:
        raise TransferError(f"the line broke ({str(error) or type(error).__name__})") from error


async def _dismiss(response: httpx2.Response) -> None:
    """Close a response without a file. If its body is short, read it, so that the connection can be reused."""
    if int(response.headers.get("Content-Length", _LONG)) < _LONG:
        await response.aread()
    await response.aclose()


def _check_linked(redirect: httpx2.Response, file: RemoteFile) -> None:
    """Raise `ContentChanged` if the redirect's size or hash differ from the listing."""
    size = redirect.headers.get("X-Linked-Size")
    etag = redirect.headers.get("X-Linked-Etag", "").removeprefix("W/").strip('"')
    if size is not None and size != str(file.size):
        raise ContentChanged(file.path)
    if file.sha256 is not None and _SHA256.fullmatch(etag) and etag != file.sha256:
        raise ContentChanged(file.path)


def _strong(etag: str | None) -> str | None:
    return etag if etag and not etag.startswith("W/") else None
