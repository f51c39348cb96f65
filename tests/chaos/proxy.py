"""A TCP proxy between two parts, whose line a test can break: reset, delay, trickle, or swallow everything."""

from __future__ import annotations

import asyncio
import socket
import struct
from dataclasses import dataclass, field

_RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no time: close sends a RST
_PIECE = 64 * 1024


@dataclass(eq=False)
class Proxy:
    """`delay` in seconds before each piece; `rate` in bytes a second; `silent`: nothing passes and nothing closes."""

    name: str
    port: int
    target: int
    delay: float = 0.0
    rate: float | None = None
    _open: asyncio.Event = field(default_factory=asyncio.Event)
    _writers: set[asyncio.StreamWriter] = field(default_factory=set)
    _server: asyncio.Server | None = None

    async def start(self) -> None:
        self._open.set()
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", self.port)

    async def close(self) -> None:
        self._open.set()
        if self._server is not None:
            self._server.close()
        self.reset()

    def silence(self) -> None:
        self._open.clear()

    def heal(self) -> None:
        """End every fault. A line that was silent goes on with what waited, as after a lost route."""
        self.delay, self.rate = 0.0, None
        self._open.set()

    def reset(self) -> None:
        """Send a RST on every connection, to both sides."""
        for writer in list(self._writers):
            connection: socket.socket = writer.get_extra_info("socket")
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
            writer.transport.abort()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            there, back = await asyncio.open_connection("127.0.0.1", self.target)
        except OSError:
            writer.transport.abort()
            return
        self._writers |= {writer, back}
        ways = [asyncio.create_task(self._copy(reader, back)), asyncio.create_task(self._copy(there, writer))]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            self._writers -= {writer, back}
            writer.close()
            back.close()

    async def _copy(self, source: asyncio.StreamReader, target: asyncio.StreamWriter) -> None:
        while data := await source.read(_PIECE):
            await self._open.wait()
            if self.delay:
                await asyncio.sleep(self.delay)
            while self.rate and data:
                part = max(1, int(self.rate / 20))
                target.write(data[:part])
                data = data[part:]
                await asyncio.sleep(0.05)
            target.write(data)
            await target.drain()
        target.write_eof()
