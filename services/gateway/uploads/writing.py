"""Appends a request's body to an upload. What has arrived is on disk, however the request ends."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable
from contextlib import ExitStack, suppress
from typing import BinaryIO, TypeVar

from services.gateway.uploads.errors import UploadLocked
from services.gateway.uploads.files import UploadFiles, unknown
from services.gateway.uploads.space import check_free
from shared.contracts.errors import TooLarge
from shared.files.archive import free_bytes

T = TypeVar("T")
# One call into a thread costs about 0.1 ms: a mebibyte of a fast line, or what a slow one sends in a second.
_BATCH, _EVERY_S = 1 << 20, 1.0
# A sync of some mebibytes ends within a second on any disk that is not overloaded.
_ATTEMPTS, _ATTEMPT_S = 10, 0.1


class BodyWriter:
    """Writes to one upload at a time. `free`: the free bytes of a folder's disk; `clock` in seconds."""

    def __init__(self, files: UploadFiles, free: Callable[..., int] = free_bytes) -> None:
        self._files = files
        self._free = free

    async def append(
        self, id: str, offset: int, length: int, body: AsyncIterator[bytes], clock: Callable[[], float] = time.monotonic
    ) -> int:
        """Write the body at `offset`. Returns the new offset. `length`: of the whole upload, in bytes.

        The file is synced once, at the end: an answered offset survives a power cut. When the body breaks off, what
        has arrived is written and synced before the error is raised.
        Raises `NotFound`, `Conflict`, `UploadLocked`, `TooLarge`, `NoSpace`, `ClientDisconnect`.
        """
        with ExitStack() as stack:
            file = await self._open(stack, id, offset)
            waiting, written_at = bytearray(), clock()
            try:
                async for chunk in body:
                    left = length - offset - len(waiting)
                    waiting += chunk[:left]
                    if len(chunk) > left:
                        raise TooLarge(f"The body goes beyond the {length:,} bytes of this upload.")
                    if len(waiting) >= _BATCH or (waiting and clock() - written_at >= _EVERY_S):
                        batch, waiting = waiting, bytearray()
                        offset += await _in_thread(lambda part=batch: self._write(file, part))  # type: ignore[misc]
                        written_at = clock()
            finally:
                offset += await _in_thread(lambda: self._finish(id, file, waiting))
            return offset

    async def _open(self, stack: ExitStack, id: str, offset: int) -> BinaryIO:
        """The locked file. Waits a moment for a writer that is syncing its last bytes. Raises `UploadLocked`."""
        for _ in range(_ATTEMPTS):
            with suppress(UploadLocked):
                return await _in_thread(lambda: stack.enter_context(self._files.appending(id, offset)))
            await asyncio.sleep(_ATTEMPT_S)
        return await _in_thread(lambda: stack.enter_context(self._files.appending(id, offset)))

    def _write(self, file: BinaryIO, content: bytearray) -> int:
        """Raises `NoSpace`, `OSError`; the part that fits is in the file."""
        check_free(self._files.folder, self._free)
        rest = memoryview(content)
        while rest:
            rest = rest[file.write(rest) :]
        return len(content)

    def _finish(self, id: str, file: BinaryIO, content: bytearray) -> int:
        written = self._write(file, content) if content else 0
        os.fsync(file.fileno())
        if not os.fstat(file.fileno()).st_nlink:
            raise unknown(id)  # it was deleted meanwhile
        return written


async def _in_thread(work: Callable[[], T]) -> T:
    """The result of blocking work. A cancellation waits for its end: two writes never overlap or change places."""
    running = asyncio.ensure_future(asyncio.to_thread(work))
    try:
        return await asyncio.shield(running)
    except asyncio.CancelledError:
        await asyncio.wait({running})
        raise
