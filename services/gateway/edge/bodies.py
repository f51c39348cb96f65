"""Limits of request bodies by route: size, depth, time.

FastAPI reads a body before anything of the route runs, without a limit: 60 MB of nested lists took 42 s and 1.7 GB.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.edge.middleware import EdgeMiddleware
from shared.contracts.errors import RequestTimeout, SokhanError, TooLarge, Validation
from shared.telemetry import Metrics

Route = tuple[str, str]
_DEFAULT_BYTES = 1 << 20
_MAX_DEPTH, _MAX_VALUES = 32, 20_000
# A body arrives within 30 s, and at 20 KB/s or faster.
_SECONDS, _BYTES_PER_SECOND = 30.0, 20_000
_WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})
# A string ends at its quote or with the text: no part of it is read twice, whatever it holds.
_STRING = re.compile(rb'"(?:[^"\\]|\\.)*+\\?(?:"|\Z)', re.DOTALL)
_BRACKETS = re.compile(rb"[\[\]{}]")


@dataclass(frozen=True, slots=True)
class BodyLimit:
    """`setting`: the name of the setting that a larger body needs. `streamed`: the route reads and checks it itself.
    `json`: False for a route that takes text, whose brackets mean nothing.
    """

    bytes: int = _DEFAULT_BYTES
    setting: str = ""
    streamed: bool = False
    json: bool = True

    def check_announced(self, scope: Scope) -> None:
        """Raises `TooLarge` if the header Content-Length says more."""
        for name, value in scope["headers"]:
            if name == b"content-length" and (not value.isdigit() or len(value) > 19 or int(value) > self.bytes):
                raise self.exceeded()

    def exceeded(self) -> TooLarge:
        hint = f"The limit comes from {self.setting}." if self.setting else None
        return TooLarge(f"The body is larger than the {self.bytes:,} bytes that this path accepts.", hint=hint)


_DEFAULT = BodyLimit()


class BodyGuard(EdgeMiddleware):
    """`limits`: routes (method, path) with a limit of their own; the last part of a path may be `{id}`."""

    def __init__(
        self, app: ASGIApp, metrics: Metrics, limits: Mapping[Route, BodyLimit], *, seconds: float = _SECONDS
    ) -> None:
        super().__init__(app, metrics)
        self._limits = limits
        self._seconds = seconds

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        limit = self._limit_of(scope["method"], scope["path"])
        try:
            limit.check_announced(scope)
            if limit.streamed:
                await self._app(scope, _counted(receive, limit), send)
                return
            body = await self._whole(receive, limit)
        except SokhanError as error:
            await self.refuse(scope, receive, send, error)
            return
        if body is not None:
            await self._app(scope, _replayed(body, receive), send)

    def _limit_of(self, method: str, path: str) -> BodyLimit:
        """The limit of a path, or of the path with its last part as `{id}`."""
        parent = f"{path.rpartition('/')[0]}/{{id}}"
        return self._limits.get((method, path)) or self._limits.get((method, parent)) or _DEFAULT

    async def _whole(self, receive: Receive, limit: BodyLimit) -> bytes | None:
        """The body; None if the client disconnects. Raises `TooLarge`, `Validation`, `RequestTimeout`."""
        seconds = self._seconds + limit.bytes / _BYTES_PER_SECOND
        try:
            async with asyncio.timeout(seconds):
                body = await _read(receive, limit)
        except TimeoutError:
            raise RequestTimeout(f"The body has not arrived within {seconds:.0f} s.") from None
        if body is not None and limit.json and (error := json_error(body)) is not None:
            raise error
        return body


def json_error(body: bytes) -> Validation | None:
    """The reason to refuse a body of JSON before a parser sees it: its depth, or its number of values."""
    if body.count(b",") + body.count(b"[") + body.count(b"{") <= _MAX_DEPTH:
        return None
    structure = _STRING.sub(b"", body)
    values = structure.count(b",") + structure.count(b"[") + structure.count(b"{")
    if values > _MAX_VALUES:
        return Validation(f"The body has more than {_MAX_VALUES:,} values.")
    depth = deepest = 0
    for bracket in _BRACKETS.findall(structure):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    return Validation(f"The body is nested more than {_MAX_DEPTH} deep.") if deepest > _MAX_DEPTH else None


async def _read(receive: Receive, limit: BodyLimit) -> bytes | None:
    """The whole body; None if the client disconnects. Raises `TooLarge`."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit.bytes:
            raise limit.exceeded()
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one message, then the server's messages, such as a disconnect."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _counted(receive: Receive, limit: BodyLimit) -> Receive:
    """The server's messages. Receiving raises `TooLarge` above the limit."""
    count = 0

    async def counting() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > limit.bytes:
            raise limit.exceeded()
        return message

    return counting
