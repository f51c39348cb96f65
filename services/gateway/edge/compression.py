"""Compresses JSON answers for clients that accept gzip (RFC 9110, section 8.4).

Starlette's `GZipMiddleware` compresses everything but a list of types, streams too; here it is JSON that is sent in
one piece, and nothing else: no audio, no archives, no server-sent events, no part of a file.
"""

from __future__ import annotations

import asyncio
import zlib

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# One packet: below it nothing is gained.
_LEAST_BYTES = 1400
# A megabyte takes 20 ms at this level; the best level halves the speed for one percent.
_LEVEL = 6
_IN_THREAD_BYTES = 64 * 1024
_GZIP = 16 + zlib.MAX_WBITS
# Answers with secrets beside text of the request could be guessed from their compressed size (BREACH).
_SECRET_PATHS = ("/api/auth/",)


class Compression:
    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "HEAD" or scope["path"].startswith(_SECRET_PATHS):
            await self._app(scope, receive, send)
            return
        accepted = accepts_gzip(Headers(scope=scope).get("accept-encoding", ""))
        held: Message | None = None

        async def compressed(message: Message) -> None:
            nonlocal held
            if message["type"] == "http.response.start" and _is_compressible(message):
                held = message
                return
            if held is not None:
                start, held = held, None
                MutableHeaders(scope=start).add_vary_header("Accept-Encoding")
                if accepted and not message.get("more_body", False):
                    message = await _compress(start, message)
                await send(start)
            await send(message)

        await self._app(scope, receive, compressed)


def accepts_gzip(header: str) -> bool:
    """Whether a header Accept-Encoding allows gzip: by name or by `*`, and not with a weight of 0."""
    weights: dict[str, float] = {}
    for part in header.split(","):
        name, _, parameters = part.partition(";")
        weights[name.strip().lower()] = _weight(parameters)
    return weights.get("gzip", weights.get("*", 0.0)) > 0


def _weight(parameters: str) -> float:
    name, _, value = parameters.partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return float(value)
    except ValueError:
        return 0.0


def _is_compressible(start: Message) -> bool:
    headers = Headers(raw=start["headers"])
    length = headers.get("content-length", "")
    return (
        headers.get("content-type", "").partition(";")[0].strip().lower() == "application/json"
        and start["status"] != 206
        and "content-encoding" not in headers
        and "etag" not in headers
        and length.isdecimal()
        and int(length) >= _LEAST_BYTES
    )


async def _compress(start: Message, message: Message) -> Message:
    body = message.get("body", b"")
    content = await asyncio.to_thread(_gzip, body) if len(body) > _IN_THREAD_BYTES else _gzip(body)
    headers = MutableHeaders(scope=start)
    headers["Content-Encoding"] = "gzip"
    headers["Content-Length"] = str(len(content))
    return {**message, "body": content}


def _gzip(body: bytes) -> bytes:
    return zlib.compress(body, _LEVEL, _GZIP)
