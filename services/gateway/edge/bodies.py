"""Bodies: how large and how deep, and how long they may take, by route.

FastAPI reads a body before anything of the route runs, without a limit: 60 MB of nested lists took 42 s and 1.7 GB.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from services.gateway.edge.refusal import refuse
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


class BodyGuard:
    """`larger`: routes (method, path) with a limit of their own, in bytes.

    `streamed`: routes that read their body piece by piece and check its form themselves.
    """

    def __init__(
        self, app: ASGIApp, metrics: Metrics, larger: Mapping[Route, int], streamed: frozenset[Route], *,
        seconds: float = _SECONDS,
    ) -> None:  # fmt: skip
        self._app = app
        self._metrics = metrics
        self._larger = larger
        self._streamed = streamed
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _WITH_BODY:
            await self._app(scope, receive, send)
            return
        route = (scope["method"], scope["path"])
        limit = self._larger.get(route, _DEFAULT_BYTES)
        seconds = self._seconds + limit / _BYTES_PER_SECOND
        try:
            check_announced(scope, limit)
            if route in self._streamed:
                await self._app(scope, _counted(receive, limit), send)
                return
            async with asyncio.timeout(seconds):
                body = await _read(receive, limit)
        except TimeoutError:
            error: SokhanError = RequestTimeout(f"The body has not arrived within {seconds:.0f} s.")
        except SokhanError as refused:
            error = refused
        else:
            if body is None:  # the client has gone
                return
            found = json_error(body)
            if found is None:
                await self._app(scope, _replayed(body, receive), send)
                return
            error = found
        await refuse(scope, receive, send, error, self._metrics)


def check_announced(scope: Scope, limit: int) -> None:
    """Raises `TooLarge` if the header Content-Length says more than `limit` bytes."""
    for name, value in scope["headers"]:
        if name == b"content-length" and (not value.isdigit() or len(value) > 19 or int(value) > limit):
            raise _too_large(limit)


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


async def _read(receive: Receive, limit: int) -> bytes | None:
    """The whole body; None if the client disconnects. Raises `TooLarge`."""
    body = bytearray()
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            return None
        body += message.get("body", b"")
        if len(body) > limit:
            raise _too_large(limit)
        if not message.get("more_body"):
            return bytes(body)


def _replayed(body: bytes, receive: Receive) -> Receive:
    """The body in one message; after it what the server says, such as a disconnect."""
    given = False

    async def replay() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return replay


def _counted(receive: Receive, limit: int) -> Receive:
    count = 0

    async def counting() -> Message:
        nonlocal count
        message = await receive()
        count += len(message.get("body", b""))
        if count > limit:
            raise _too_large(limit)
        return message

    return counting


def _too_large(limit: int) -> TooLarge:
    return TooLarge(f"The body is larger than the {limit:,} bytes that this address takes.")
