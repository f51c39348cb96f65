"""Writes a streamed WAV into a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from cli.errors import CliError

_HEADER = 44


async def write_wav(stream: AsyncIterator[bytes], path: Path) -> int:
    """The bytes written; what was in `path` stays until all of it is there.

    What is streamed cannot know its length; what lies in a file can, so its header is put right at the end.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    partial = path.with_name(f".{path.name}.part")
    try:
        with partial.open("wb") as out:
            async for chunk in stream:
                out.write(chunk)
            total = out.tell()
            if total <= _HEADER:
                raise CliError("No audio came.", code="UNAVAILABLE")
            for position, value in ((4, total - 8), (40, total - _HEADER)):
                out.seek(position)
                out.write(value.to_bytes(4, "little"))
        partial.replace(path)
    finally:
        partial.unlink(missing_ok=True)
    return total
