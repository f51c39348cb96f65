"""Writes streamed audio into a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from cli.errors import CliError
from shared.audio import complete_header
from shared.audio.wav import HEADER_BYTES


async def write_wav(stream: AsyncIterator[bytes], path: Path) -> int:
    """As `write_audio`, for a WAV: the header of the stream has no length, so it is completed at the end."""
    return await write_audio(stream, path, wav=True)


async def write_audio(stream: AsyncIterator[bytes], path: Path, *, wav: bool = False) -> int:
    """Write a stream to `path`, atomically. Returns its length in bytes. Raises `CliError`."""
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w+b") as out:
            async for chunk in stream:
                out.write(chunk)
            total = complete_header(out) if wav else out.tell()
        if total <= (HEADER_BYTES if wav else 0):
            raise CliError("The gateway sent no audio.", code="UNAVAILABLE")
        partial.replace(path)
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # the folder may not exist
            partial.unlink(missing_ok=True)
    return total
