"""Listeners of a speech server: when each heard its first sound, its last, and how much there was to hear."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx2

_HEADER = 44  # bytes of a WAV before its first sample
_BYTES_A_SAMPLE = 2
_LIMIT_S = 300.0


@dataclass(frozen=True, slots=True)
class Heard:
    """Seconds from the request; `audio` is the length of what was spoken."""

    first: float
    whole: float
    audio: float


@dataclass(frozen=True, slots=True)
class Server:
    """`ask` gives method, path and JSON body for a text; the answer is a WAV of `rate` Hz."""

    name: str
    url: str
    rate: int
    ask: Callable[[str], tuple[str, str, Mapping[str, object] | None]]


async def listen(server: Server, client: httpx2.AsyncClient, text: str) -> Heard:
    method, path, body = server.ask(text)
    started = time.perf_counter()
    first, size = 0.0, 0
    async with client.stream(method, server.url + path, json=body) as answer:
        answer.raise_for_status()
        async for chunk in answer.aiter_bytes():
            size += len(chunk)
            if not first and size > _HEADER:
                first = time.perf_counter() - started
    whole = time.perf_counter() - started
    return Heard(first, whole, (size - _HEADER) / _BYTES_A_SAMPLE / server.rate)


async def crowd(server: Server, texts: Sequence[str], clients: int, each: int) -> tuple[list[Heard], float]:
    """So many at once, each with so many texts one after the other; and the seconds that all took together."""
    limits = httpx2.Limits(max_connections=clients)
    async with httpx2.AsyncClient(timeout=_LIMIT_S, limits=limits, trust_env=False) as client:
        await listen(server, client, texts[0])

        async def one(number: int) -> list[Heard]:
            return [await listen(server, client, texts[(number * each + turn) % len(texts)]) for turn in range(each)]

        started = time.perf_counter()
        heard = await asyncio.gather(*(one(number) for number in range(clients)))
        took = time.perf_counter() - started
    return [each_ for some in heard for each_ in some], took
