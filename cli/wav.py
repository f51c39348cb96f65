"""Writes streamed audio into a file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import suppress
from pathlib import Path

from cli.errors import CliError
from shared.audio import complete_header
from shared.audio.wav import HEADER_BYTES


async def write_wav(stream: AsyncIterator[bytes], path: Path) -> int:
    """As `write_audio`, for a WAV.

    What is streamed cannot know its length; what lies in a file can, so its header is put right at the end.
    """
    return await write_audio(stream, path, wav=True)


async def write_audio(stream: AsyncIterator[bytes], path: Path, *, wav: bool = False) -> int:
    """The bytes written; what was in `path` stays until all of it is there. Raises `CliError`."""
    partial = path.with_name(f".{path.name}.part")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("w+b") as out:
            async for chunk in stream:
                out.write(chunk)
            total = complete_header(out) if wav else out.tell()
        if total <= (HEADER_BYTES if wav else 0):
            raise CliError("No audio came.", code="UNAVAILABLE")
        partial.replace(path)
    except OSError as error:
        raise CliError(f"{path} cannot be written: {error.strerror}.") from error
    finally:
        with suppress(OSError):  # where no file could be, none is
            partial.unlink(missing_ok=True)
    return total
