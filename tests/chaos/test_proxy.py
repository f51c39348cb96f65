"""The proxy breaks lines as it says."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress

import pytest

from tests.chaos.proxy import Proxy
from tests.support.processes import free_port


@pytest.fixture
async def link() -> AsyncIterator[Proxy]:
    """A line to a server that sends back what it gets."""

    async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(ConnectionError):
            while data := await reader.read(65536):
                writer.write(data)
                await writer.drain()
        writer.close()

    server = await asyncio.start_server(echo, "127.0.0.1", free_port())
    proxy = Proxy("test", free_port(), server.sockets[0].getsockname()[1])
    await proxy.start()
    yield proxy
    await proxy.close()
    server.close()


async def exchange(proxy: Proxy, content: bytes, limit: float) -> bytes:
    reader, writer = await asyncio.open_connection("127.0.0.1", proxy.port)
    writer.write(content)
    try:
        async with asyncio.timeout(limit):
            return await reader.readexactly(len(content))
    finally:
        writer.close()


async def test_a_healthy_line_passes_everything(link: Proxy) -> None:
    content = bytes(range(256)) * 4000
    assert await exchange(link, content, 10) == content


async def test_a_reset_reaches_the_client(link: Proxy) -> None:
    reader, writer = await asyncio.open_connection("127.0.0.1", link.port)
    writer.write(b"hello")
    assert await reader.readexactly(5) == b"hello"
    link.reset()
    with pytest.raises(ConnectionResetError):
        async with asyncio.timeout(5):
            await reader.read(1)


async def test_a_silent_line_passes_nothing_until_it_heals(link: Proxy) -> None:
    link.silence()
    with pytest.raises(TimeoutError):
        await exchange(link, b"hello", 0.3)
    link.heal()
    assert await exchange(link, b"hello", 5) == b"hello"


async def test_a_trickle_and_a_delay_take_their_time(link: Proxy) -> None:
    clock = asyncio.get_running_loop().time
    link.rate = 1000
    began = clock()
    assert await exchange(link, bytes(300), 10) == bytes(300)
    assert clock() - began > 0.25
    link.heal()
    link.delay = 0.2
    began = clock()
    assert await exchange(link, b"x", 10) == b"x"
    assert clock() - began > 0.35
