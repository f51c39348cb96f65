"""When the command line waits for a gateway, and when it says at once that there is none."""

from __future__ import annotations

import asyncio
import json
import os
import time
from pathlib import Path

import pytest

from cli.client import Client
from cli.errors import CliError, Exit
from cli.settings import CliSettings
from tests.support.processes import free_port
from tests.support.tls import tls_server


async def serve(port: int, after: float, listening: asyncio.Event | None = None) -> None:
    """A gateway that comes up after some seconds and answers each request with an empty list."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b'HTTP/1.1 200 OK\r\nContent-Length: 22\r\nConnection: close\r\n\r\n{"ok":true,"data":[]}\r\n')
        await writer.drain()
        writer.close()

    await asyncio.sleep(after)
    server = await asyncio.start_server(answer, "127.0.0.1", port)
    if listening is not None:
        listening.set()
    async with server:
        await server.serve_forever()


async def test_no_gateway_is_said_at_once() -> None:
    started = time.monotonic()
    async with Client(CliSettings(url=f"http://127.0.0.1:{free_port()}", data=Path("/nowhere"))) as client:
        with pytest.raises(CliError, match="No gateway answers") as failed:
            await client.get("/api/jobs")
    assert failed.value.exit is Exit.UNREACHABLE
    assert time.monotonic() - started < 2


async def test_one_that_answered_a_moment_ago_is_waited_for_and_that_is_said(
    capsys: pytest.CaptureFixture[str],
) -> None:
    port = free_port()
    async with Client(CliSettings(url=f"http://127.0.0.1:{port}", data=Path("/nowhere"))) as client:
        listening = asyncio.Event()
        first = asyncio.create_task(serve(port, 0, listening))
        await listening.wait()
        await client.get("/x")
        first.cancel()
        await asyncio.gather(first, return_exceptions=True)
        second = asyncio.create_task(serve(port, 1))
        assert (await client.get("/x"))["data"] == []
        second.cancel()
    assert capsys.readouterr().err.count("waiting for the gateway") == 1


async def test_a_platform_that_is_starting_on_this_machine_is_waited_for(tmp_path: Path) -> None:
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "up.json").write_text(json.dumps({"pid": os.getpid(), "url": url, "parts": {}}))
    async with Client(CliSettings(url=url, data=tmp_path)) as client:
        serving = asyncio.create_task(serve(port, 1))
        assert (await client.get("/x"))["data"] == []
        serving.cancel()


async def test_a_certificate_that_is_not_accepted_is_said_with_its_reason(tmp_path: Path) -> None:
    with tls_server(tmp_path) as port:
        url = f"https://127.0.0.1:{port}"
        async with Client(CliSettings(url=url, data=Path("/nowhere"))) as client:
            with pytest.raises(CliError, match=f"certificate of {url} is not accepted: self-signed") as failed:
                await client.get("/api/jobs")
    assert failed.value.exit is Exit.UNREACHABLE
