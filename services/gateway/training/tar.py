"""Streams a folder as a tar of known length, in chunks and without a temporary file."""

from __future__ import annotations

import asyncio
import tarfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from shared.tasks import until_first

_CHUNK_BYTES = 256 * 1024
_END = bytes(2 * tarfile.BLOCKSIZE)


@dataclass(frozen=True, slots=True)
class _TarMember:
    header: bytes
    path: Path
    size: int

    @property
    def padding(self) -> int:
        return -self.size % tarfile.BLOCKSIZE

    @property
    def length(self) -> int:
        return len(self.header) + self.size + self.padding


@dataclass(frozen=True, slots=True)
class FolderTar:
    """`length` in bytes. Each file is sent up to the size that it had when it was listed."""

    members: tuple[_TarMember, ...]

    @property
    def length(self) -> int:
        return sum(member.length for member in self.members) + len(_END)

    async def chunks(self) -> AsyncIterator[bytes]:
        """The bytes of the tar. Raises `OSError`, also for a file that was truncated: the length has been sent."""
        for member in self.members:
            yield member.header
            left = member.size
            with await asyncio.to_thread(member.path.open, "rb") as file:
                while left:
                    piece = await asyncio.to_thread(file.read, min(_CHUNK_BYTES, left))
                    if not piece:
                        raise OSError(f"{member.path.name} became shorter while it was sent")
                    left -= len(piece)
                    yield piece
            if member.padding:
                yield bytes(member.padding)
        yield _END


def folder_tar(folder: Path, below: str, exclude: frozenset[str] = frozenset()) -> FolderTar:
    """The regular files of the folder as `below/…`, without their owners. Blocking. Raises `OSError`."""
    members = []
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.relative_to(folder).as_posix() in exclude:
            continue
        status = path.stat()
        info = tarfile.TarInfo(f"{below}/{path.relative_to(folder).as_posix()}")
        info.size, info.mtime, info.mode = status.st_size, int(status.st_mtime), 0o644
        # The PAX format has no limit for names and sizes.
        members.append(_TarMember(info.tobuf(tarfile.PAX_FORMAT), path, status.st_size))
    return FolderTar(tuple(members))


class TarResponse(Response):
    """Sends the tar at the client's speed, until `revoked` is set.

    `done` is called after the last byte, the client's disconnect or the revocation.
    """

    media_type = "application/x-tar"

    def __init__(
        self, tar: FolderTar, filename: str, done: Callable[[], None], revoked: asyncio.Event | None = None
    ) -> None:
        self._tar = tar
        self._revoked = revoked or asyncio.Event()
        self._done = done
        super().__init__()
        self.headers["Content-Length"] = str(tar.length)
        ascii_name = "".join(c if c.isascii() and c not in '"\\' else "_" for c in filename)
        self.headers["Content-Disposition"] = (
            f"attachment; filename=\"{ascii_name}\"; filename*=UTF-8''{quote(filename, safe='')}"
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            sending = self._send(scope["method"] == "HEAD", send)
            await until_first(sending, _disconnected(receive), self._revoked.wait())
        finally:
            self._done()

    async def _send(self, head: bool, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": self.raw_headers})
        if not head:
            async for piece in self._tar.chunks():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
        await send({"type": "http.response.body", "body": b"", "more_body": False})


async def _disconnected(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
