"""Fetches a file of the Hub for a browser that cannot reach it. Every redirect is checked; only bytes pass."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlsplit

import httpx2
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from services.gateway.hub import HubAccess
from shared.config import is_loopback
from shared.contracts.errors import HubUnreachable, RedirectRefused, TooLarge, Validation
from shared.hub import MAX_HOPS, HubClient, Hubs, check_response
from shared.hub.client import unreachable

# A signed URL of the Hub has some 1,500 characters.
_MAX_URL = 8192
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


class UrlRefused(RedirectRefused):
    """The requested URL itself is refused, as opposed to a redirect of the Hub."""

    status: ClassVar[int] = 400


@dataclass(frozen=True, slots=True)
class ProxyService:
    """`max_bytes` and `seconds` limit one response."""

    hub: HubAccess
    max_bytes: int
    seconds: float

    async def fetch(self, method: str, url: str, request_headers: Mapping[str, str], owner: str) -> ProxyResponse:
        """Raises `UrlRefused`, `RedirectRefused`, `TooLarge`, and the Hub's refusals such as `RepoNotFound`."""
        hub = may_start(await self.hub.hubs(owner), url)
        headers = _passed_on(request_headers)
        try:
            upstream = await self._open(hub, method, url, headers)
        except httpx2.HTTPError as error:
            raise unreachable(hub.endpoint, error) from error
        try:
            self._check(hub, upstream)
        except BaseException:
            await upstream.aclose()
            raise
        return ProxyResponse(upstream, method, self.max_bytes, self.seconds)

    async def _open(self, hub: HubClient, method: str, url: str, headers: Mapping[str, str]) -> httpx2.Response:
        for _ in range(MAX_HOPS + 1):
            request = self.hub.client.build_request(method, url, headers={**headers, **hub.headers(url)})
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


def may_start(hubs: Hubs, url: str) -> HubClient:
    """The endpoint that the URL belongs to. Raises `UrlRefused`.

    A redirect may stay within loopback where the endpoint lies there; a client that names a URL may not: that would
    open every other service of this machine.
    """
    try:
        parts = urlsplit(url)
        host, named = (parts.hostname or "").lower(), parts.username or parts.password
    except ValueError:
        raise UrlRefused("This is not a URL.") from None
    hub = hubs.allows(url) if len(url) <= _MAX_URL and not named else None
    if hub is None or (is_loopback(host) and not hub.guard.same_origin(url)):
        raise UrlRefused(
            f"{host[:120] or 'That'} is not one of the Hub's hosts.",
            hint="Give a URL of the Hub, such as https://huggingface.co/<repo>/resolve/main/<file>.",
        )
    return hub


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
