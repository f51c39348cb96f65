"""Small proxies for tests: each records the login it is given, connects where it is told, and passes the bytes on."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_NO_LOGIN, _WITH_LOGIN = 0, 2


@dataclass
class ProxyDouble:
    """`target` is where every connection goes, whatever name was asked for; `logins` and `asked` are what came."""

    target: tuple[str, int]
    port: int = 0
    logins: list[tuple[str, str]] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def socks5(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """RFC 1928, with the user name and password of RFC 1929 where the client offers them."""
        _, count = await reader.readexactly(2)
        methods = await reader.readexactly(count)
        method = _WITH_LOGIN if _WITH_LOGIN in methods else _NO_LOGIN
        writer.write(bytes([5, method]))
        if method == _WITH_LOGIN:
            await reader.readexactly(1)
            user, password = [(await _counted(reader)).decode() for _ in range(2)]
            self.logins.append((user, password))
            writer.write(b"\x01\x00")
        *_, kind = await reader.readexactly(4)
        host = (await _counted(reader)).decode() if kind == 3 else ".".join(map(str, await reader.readexactly(4)))
        port = int.from_bytes(await reader.readexactly(2), "big")
        self.asked.append(f"{host}:{port}")
        writer.write(b"\x05\x00\x00\x01" + bytes(6))
        await self._pass_on(reader, writer)

    async def http(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """CONNECT and the absolute form of RFC 9110, with basic authentication."""
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
        self.asked.append(head.split(" ", 2)[1])
        for line in head.split("\r\n"):
            name, _, value = line.partition(": ")
            if name.lower() == "proxy-authorization":
                user, _, password = base64.b64decode(value.removeprefix("Basic ")).decode().partition(":")
                self.logins.append((user, password))
        tunnel = head.startswith("CONNECT ")
        if tunnel:
            writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        await self._pass_on(reader, writer, b"" if tunnel else head.encode("latin-1"))

    async def _pass_on(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, first: bytes = b"") -> None:
        there, back = await asyncio.open_connection(*self.target)
        back.write(first)
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_copy(reader, back))
                both.create_task(_copy(there, writer))
        finally:
            back.close()
            writer.close()


async def _counted(reader: asyncio.StreamReader) -> bytes:
    (length,) = await reader.readexactly(1)
    return await reader.readexactly(length)


async def _copy(source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
    while data := await source.read(65536):
        target.write(data)
        await target.drain()
    target.write_eof()


@asynccontextmanager
async def proxy(kind: str, target: tuple[str, int]) -> AsyncGenerator[ProxyDouble]:
    """`kind`: socks5 or http."""
    double = ProxyDouble(target)
    server = await asyncio.start_server(getattr(double, kind), "127.0.0.1", 0)
    double.port = server.sockets[0].getsockname()[1]
    async with server:
        yield double
