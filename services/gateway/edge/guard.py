"""The outermost guard: a request's head is bounded and well formed before anything reads it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import ClassVar

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.edge.middleware import EdgeMiddleware
from shared.contracts.errors import MethodNotAllowed, SokhanError, TooLarge, Validation
from shared.service.http import SECURITY_HEADERS
from shared.telemetry import Metrics

# Browsers send about 25 headers of 2 KB. Many proxies stop at 8 or 16 KB.
_MAX_HEADERS, _MAX_HEADER_BYTES = 100, 32 * 1024
_MAX_PATH_BYTES = 4096
# `/api/proxy?url=` takes a signed URL of up to 8 KB, percent-encoded.
_MAX_QUERY_BYTES, _MAX_PARAMETERS = 16 * 1024, 200
_METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HOST = re.compile(rb"(?:[A-Za-z0-9._~-]+|\[[0-9A-Fa-f:.]+\])(?::[0-9]{1,5})?")


class HeadTooLarge(TooLarge):
    status: ClassVar[int] = 431


class UrlTooLong(TooLarge):
    status: ClassVar[int] = 414


class MalformedRequest(Validation):
    status: ClassVar[int] = 400


class RequestGuard(EdgeMiddleware):
    """Refuses a head that is too large or malformed. Gives every request an id, and adds the security headers to every
    answer that has none.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics, new_id: Callable[[], str]) -> None:
        super().__init__(app, metrics)
        self._new_id = new_id

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        scope.setdefault("state", {})["request_id"] = self._new_id()

        async def secured(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        error = head_error(scope)
        if error is None:
            await self._app(scope, receive, secured)
        else:
            await self.refuse(scope, receive, secured, error)


def head_error(scope: Scope) -> SokhanError | None:
    """The reason to refuse a request by its head, None if there is none."""
    return _size_error(scope) or _form_error(scope)


def _size_error(scope: Scope) -> TooLarge | None:
    headers: Sequence[tuple[bytes, bytes]] = scope["headers"]
    if len(headers) > _MAX_HEADERS or sum(len(name) + len(value) for name, value in headers) > _MAX_HEADER_BYTES:
        return HeadTooLarge(f"A request may have {_MAX_HEADERS} headers of {_MAX_HEADER_BYTES:,} bytes together.")
    if len(scope.get("raw_path") or scope["path"]) > _MAX_PATH_BYTES:
        return UrlTooLong(f"The path is longer than {_MAX_PATH_BYTES:,} bytes.")
    query: bytes = scope["query_string"]
    if len(query) > _MAX_QUERY_BYTES or query.count(b"&") >= _MAX_PARAMETERS:
        return UrlTooLong(f"A query may have {_MAX_PARAMETERS} parameters of {_MAX_QUERY_BYTES:,} bytes together.")
    return None


def _form_error(scope: Scope) -> SokhanError | None:
    query: bytes = scope["query_string"]
    if _CONTROL.search(scope["path"]) or b"%00" in query or b"\x00" in query:
        return MalformedRequest("The URL contains a control character.")
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    if len(hosts) > 1 or (hosts and not _HOST.fullmatch(hosts[0])):
        return MalformedRequest("The header Host is not a host name.")
    if scope["type"] == "http" and scope["method"] not in _METHODS:
        return MethodNotAllowed("This HTTP method is not known here.", allowed=_METHODS)
    return None
