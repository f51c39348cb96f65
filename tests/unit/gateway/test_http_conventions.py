"""HEAD, trailing slashes and the methods of an address."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator

import httpx2
from fastapi import FastAPI, HTTPException, Response
from fastapi.responses import StreamingResponse

from services.gateway.http_conventions import HttpConventions, allowed_methods

CLOSED: list[str] = []


def build() -> FastAPI:
    app = FastAPI()

    @app.get("/things")
    async def things() -> Response:
        return Response("twelve bytes", headers={"X-Kind": "things"})

    @app.post("/things")
    async def make() -> None: ...

    @app.get("/things/{id:path}")
    async def thing(id: str) -> str:
        if id == "none":
            raise HTTPException(404)
        return id

    @app.get("/endless")
    async def endless() -> StreamingResponse:
        async def events() -> AsyncGenerator[bytes]:
            try:
                while True:
                    yield b"data: x\n\n"
                    await asyncio.sleep(0.01)
            finally:
                CLOSED.append("endless")

        return StreamingResponse(events())

    app.add_middleware(HttpConventions, routes=app.routes)
    return app


async def ask(method: str, path: str) -> httpx2.Response:
    transport = httpx2.ASGITransport(build())
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1") as client, asyncio.timeout(10):
        return await client.request(method, path)


async def test_head_answers_as_get_does_without_the_body() -> None:
    got, head = await ask("GET", "/things"), await ask("HEAD", "/things")
    assert (head.status_code, dict(head.headers)) == (got.status_code, dict(got.headers))
    assert (head.content, head.headers["content-length"]) == (b"", "12")
    assert (await ask("HEAD", "/things/none")).status_code == 404


async def test_head_of_an_endless_stream_ends_and_ends_the_stream() -> None:
    CLOSED.clear()
    assert (await ask("HEAD", "/endless")).status_code == 200
    assert CLOSED == ["endless"]


async def test_a_slash_at_the_end_changes_nothing() -> None:
    assert (await ask("GET", "/things/")).text == "twelve bytes"
    assert (await ask("GET", "/things/a/b/")).json() == "a/b"
    assert (await ask("HEAD", "/things/")).status_code == 200


def test_the_methods_of_an_address_are_those_of_all_its_routes() -> None:
    scope = {"type": "http", "path": "/things", "method": "DELETE", "root_path": "", "headers": []}
    assert allowed_methods(build().routes, scope) == ("GET", "HEAD", "POST")
