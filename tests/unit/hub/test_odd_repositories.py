"""A faulty repository leaves its endpoint healthy for other repositories, and every answer about it is bounded."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable

import httpx2
import pytest

from shared.contracts.errors import HubRefused, HubUnreachable, SokhanError, UnsupportedFile
from shared.hub import Endpoints, HubClient, Hubs, Repo
from shared.hub import client as hub_module

A, B = "https://a.example", "https://b.example"
COMMIT = "a" * 40
ODD = Repo("ns/odd", "model")


Answer = Callable[[], httpx2.Response]


async def pieces(content: bytes) -> AsyncIterator[bytes]:
    yield content


def streamed(status: int, content: bytes = b"", **headers: str) -> httpx2.Response:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx2.Response(status, content=pieces(content), headers=named)


def answers(odd: Answer) -> Callable[[httpx2.Request], httpx2.Response]:
    """A hub that answers one repository oddly, and its search as it should."""
    return lambda request: streamed(200, b"[]") if request.url.path == "/api/models" else odd()


def hubs(answer: Callable[[httpx2.Request], httpx2.Response]) -> tuple[Endpoints, Hubs]:
    endpoints = Endpoints([A, B], lambda: 0.0)
    client = httpx2.AsyncClient(transport=httpx2.MockTransport(answer), follow_redirects=False)
    return endpoints, endpoints.hubs(client, None)


ODD_ANSWERS: dict[str, Answer] = {
    "an error of the server": lambda: streamed(500),
    "a redirect elsewhere": lambda: streamed(302, Location="https://evil.example/x"),
    "a web page": lambda: streamed(200, b"<html>", Content_Type="text/html"),
    "a compressed answer": lambda: streamed(200, Content_Encoding="br"),
}


@pytest.mark.parametrize("name", sorted(ODD_ANSWERS))
async def test_an_odd_repository_leaves_its_endpoint_healthy_for_others(name: str) -> None:
    endpoints, both = hubs(answers(ODD_ANSWERS[name]))
    with pytest.raises(SokhanError):
        await both.try_each(lambda hub: hub.pin(ODD))
    assert endpoints.ordered() == [A, B]
    assert endpoints.any_fresh


async def test_an_endpoint_that_answers_no_request_is_skipped() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return streamed(500) if request.url.host == "a.example" else streamed(200, json.dumps({"sha": COMMIT}).encode())

    endpoints, both = hubs(answer)
    assert await both.try_each(lambda hub: hub.pin(ODD)) == COMMIT
    assert endpoints.ordered() == [B, A]


def one(content: bytes) -> HubClient:
    transport = httpx2.MockTransport(lambda _: streamed(200, content))
    return HubClient(httpx2.AsyncClient(transport=transport), A, None)


async def test_a_page_that_is_too_large_is_not_read_to_its_end() -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 1
            yield b"[" * 2**20

    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=endless()))
    with pytest.raises(HubUnreachable, match="larger than 8 MiB"):
        await HubClient(httpx2.AsyncClient(transport=transport), A, None).list_files(ODD, COMMIT)
    assert read < 12


async def test_a_page_of_millions_of_wrong_entries_ends_at_the_first() -> None:
    with pytest.raises(HubRefused):
        await one(b"[" + b"{}," * 2_000_000 + b"{}]").list_files(ODD, COMMIT)
    with pytest.raises(HubRefused):
        await one(json.dumps([{"type": "file", "path": "x"}] * 20_001).encode()).list_files(ODD, COMMIT)


async def test_a_name_beyond_any_file_system_is_refused() -> None:
    with pytest.raises(UnsupportedFile, match="5,000 characters"):
        await one(json.dumps([{"type": "file", "path": "x" * 5000}]).encode()).list_files(ODD, COMMIT)


async def test_a_slow_answer_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hub_module, "_ANSWER_S", 0.3)

    async def dripping() -> AsyncIterator[bytes]:
        while True:
            yield b" "
            await asyncio.sleep(0.05)

    transport = httpx2.MockTransport(lambda _: httpx2.Response(200, content=dripping()))
    with pytest.raises(HubUnreachable, match="needs more than"):
        await HubClient(httpx2.AsyncClient(transport=transport), A, None).pin(ODD)
