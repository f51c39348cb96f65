"""Plays speech with an installed audio player, as a stream if the player supports it."""

from __future__ import annotations

import asyncio
import contextlib
import shutil
import tempfile
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

from cli.errors import CliError
from cli.wav import write_wav
from shared.audio.wav import HEADER_BYTES

# A hanging player (such as one with a blocked sound device) is ended this long after the end of the audio.
_SLACK_S = 30.0
_ENDS_S = 2.0
_MAX_MESSAGE = 400  # characters of a player's error output


@dataclass(frozen=True, slots=True)
class Player:
    """`piped`: the player reads a WAV from stdin with these arguments; else it gets a file."""

    program: str
    arguments: tuple[str, ...]
    piped: bool

    @property
    def installed(self) -> bool:
        return shutil.which(self.program) is not None


PLAYERS = (
    Player("ffplay", ("-nodisp", "-autoexit", "-loglevel", "error", "-i", "pipe:0"), piped=True),
    Player("mpv", ("--no-video", "--really-quiet", "-"), piped=True),
    Player("paplay", (), piped=False),
    Player("aplay", ("-q", "-"), piped=True),
    Player("afplay", (), piped=False),
)


def find_player() -> Player:
    """The first installed player. Raises `CliError`."""
    found = next((player for player in PLAYERS if player.installed), None)
    if found is None:
        names = ", ".join(player.program for player in PLAYERS)
        raise CliError("No audio player is installed.", hint=f"Write a file with -o FILE, or install one of {names}.")
    return found


async def play(player: Player, wav: AsyncIterator[bytes]) -> int:
    """Play a WAV until its end, or until the player is closed. Returns its length in bytes. Raises `CliError`."""
    if player.piped:
        return await _run(player, player.arguments, wav)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "speech.wav"
        length = await write_wav(wav, path)
        await _run(player, (*player.arguments, str(path)), None, _seconds(length, path.read_bytes()[:HEADER_BYTES]))
    return length


async def _run(player: Player, arguments: tuple[str, ...], wav: AsyncIterator[bytes] | None, seconds: float = 0) -> int:
    length = 0
    with tempfile.TemporaryFile() as errors:
        process = await asyncio.create_subprocess_exec(
            player.program,
            *arguments,
            stdin=asyncio.subprocess.PIPE if wav is not None else asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.DEVNULL,
            stderr=errors,
        )
        try:
            if wav is not None:
                length, seconds = await _feed(process, wav)
            async with asyncio.timeout(seconds + _SLACK_S):
                status = await process.wait()
        except TimeoutError as error:
            raise CliError(f"{player.program} does not exit.", hint="Write a file with -o FILE instead.") from error
        finally:
            await _end(process)
        if status:
            errors.seek(0)
            message = errors.read().decode(errors="replace").strip()[-_MAX_MESSAGE:]
            raise CliError(
                f"{player.program} could not play the audio (status {status}). {message}".strip(),
                hint="Write a file with -o FILE instead.",
            )
    return length


async def _feed(process: asyncio.subprocess.Process, wav: AsyncIterator[bytes]) -> tuple[int, float]:
    """Write the WAV to the player. Returns its length in bytes and seconds. A closed player is no error."""
    assert process.stdin is not None
    length, head = 0, b""
    with contextlib.suppress(BrokenPipeError, ConnectionResetError):
        async for chunk in wav:
            head = head + chunk if len(head) < HEADER_BYTES else head
            length += len(chunk)
            process.stdin.write(chunk)
            await process.stdin.drain()
    process.stdin.close()
    return length, _seconds(length, head)


def _seconds(length: int, head: bytes) -> float:
    bytes_a_second = int.from_bytes(head[28:32], "little")
    return length / bytes_a_second if bytes_a_second else 0.0


async def _end(process: asyncio.subprocess.Process) -> None:
    if process.returncode is not None:
        return
    process.terminate()
    try:
        async with asyncio.timeout(_ENDS_S):
            await process.wait()
    except TimeoutError:
        process.kill()
        await process.wait()
