"""Fetches a file of the Hub for a browser that cannot reach it. Every redirect is checked; only bytes pass."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass

import httpx2
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.gateway.hub import HubAccess
from services.gateway.proxy.urls import ProxiedFile, file_of
from shared.catalog import CatalogRepository
from shared.catalog.allowlist import offers_file
from shared.contracts.errors import HubUnreachable, ModelNotAllowed, RedirectRefused, TooLarge, Validation
from shared.contracts.hints import Action, Hint
from shared.hub import MAX_HOPS, HubClient, check_response
from shared.hub.client import unreachable

_RANGE = re.compile(r"bytes=(\d+-\d*|-\d+)")
_PASSED_ON = ("range", "if-range")
_SHOWN = (
    "content-type",
    "content-length",
    "content-range",
    "content-encoding",
    "content-disposition",
    "accept-ranges",
    "etag",
    "last-modified",
)
_STREAMED = frozenset({200, 206, 304, 416})
# HTML and SVG from the Hub must not run as a page of ours.
_HARMLESS = {"X-Content-Type-Options": "nosniff", "Content-Security-Policy": "sandbox", "Cache-Control": "private"}


@dataclass(frozen=True, slots=True)
class ProxyService:
    """`max_bytes` and `seconds` limit one response. `unlisted`: repositories outside the catalog are allowed."""

    hub: HubAccess
    catalog: CatalogRepository
    unlisted: bool
    max_bytes: int
    seconds: float

    async def fetch(self, method: str, url: str, request_headers: Mapping[str, str], owner: str) -> ProxyResponse:
        """Serve a file that this owner may download, with the owner's own token.

        Raises `UrlRefused`, `ModelNotAllowed`, `RedirectRefused`, `TooLarge`, and the Hub's refusals.
        """
        file = file_of(url, self.hub.endpoints.urls)
        await self._check_allowed(file)
        hub = (await self.hub.hubs(owner)).at(file.endpoint)
        headers = _passed_on(request_headers)
        try:
            upstream = await self._open(hub, method, file.url, headers)
        except httpx2.HTTPError as error:
            raise unreachable(hub.endpoint, error) from error
        try:
            self._check(hub, upstream)
        except BaseException:
            await upstream.aclose()
            raise
        return ProxyResponse(upstream, method, self.max_bytes, self.seconds)

    async def _check_allowed(self, file: ProxiedFile) -> None:
        if self.unlisted:
            return
        entries = await self.catalog.list()
        if not offers_file(file.repo_id, file.repo_type, file.revision, file.path, entries):
            raise ModelNotAllowed(
                f"The catalog does not have this file of {file.repo_id}.",
                hint=Hint(Action.ADD_TO_CATALOG, file.repo_id),
            )

    async def _open(self, hub: HubClient, method: str, url: str, headers: Mapping[str, str]) -> httpx2.Response:
        for _ in range(MAX_HOPS + 1):
            try:
                request = self.hub.client.build_request(method, url, headers={**headers, **hub.headers(url)})
            except httpx2.InvalidURL as error:
                raise RedirectRefused("The Hub redirects to an invalid address.") from error
            answer = await self.hub.client.send(request, stream=True)
            if not answer.is_redirect:
                return answer
            await answer.aclose()
            url = hub.guard.follow(url, answer.headers.get("Location", ""))
        raise RedirectRefused(f"The Hub redirected more than {MAX_HOPS} times.")

    def _check(self, hub: HubClient, answer: httpx2.Response) -> None:
        status = answer.status_code
        if status >= 400 and status not in _STREAMED:
            if not hub.guard.same_origin(str(answer.url)):
                raise HubUnreachable(
                    f"The Hub's file server refuses with {status}.", hint="Ask the Hub's own URL again."
                )
            check_response(answer, None, hub.endpoint)
        size = int(answer.headers.get("Content-Length", "0") or 0)
        if size > self.max_bytes:
            raise TooLarge(
                f"The file has {size:,} bytes; this passes on {self.max_bytes:,} at most.",
                hint="Download it instead, or ask for a Range. The limit is SOKHAN_PROXY_MAX_BYTES.",
            )


def _passed_on(request_headers: Mapping[str, str]) -> dict[str, str]:
    range_ = request_headers.get("range")
    if range_ is not None and not _RANGE.fullmatch(range_):
        raise Validation("Only one range of bytes can be asked for.", hint="Range: bytes=0-1023")
    return {name: request_headers[name] for name in _PASSED_ON if name in request_headers}


class ProxyResponse(StreamingResponse):
    """Aborts a response that is too large or too slow, so that the client sees an incomplete transfer.

    However it ends, a client that hangs up included, the connection to the Hub ends with it.
    """

    def __init__(self, upstream: httpx2.Response, method: str, max_bytes: int, seconds: float) -> None:
        shown = {name: upstream.headers[name] for name in _SHOWN if name in upstream.headers}
        super().__init__(self._body(), upstream.status_code, {**shown, **_HARMLESS})
        self._upstream = upstream
        self._method = method
        self._max_bytes = max_bytes
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                await super().__call__(scope, receive, send)
        finally:
            await self._upstream.aclose()

    async def _body(self) -> AsyncIterator[bytes]:
        if self._method == "HEAD":
            return
        sent = 0
        async with aclosing(self._upstream.aiter_raw()) as pieces:
            async for piece in pieces:
                sent += len(piece)
                if sent > self._max_bytes:
                    raise TooLarge(f"The file is larger than {self._max_bytes:,} bytes.")
                yield piece
