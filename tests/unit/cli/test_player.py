"""Speech is played while it comes, and a player that fails says why."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from cli.errors import CliError
from cli.player import PLAYERS, Player, find_player, play
from shared.audio import stream_header

WAV = [stream_header(22_050), bytes(4_000), bytes(4_000)]


async def wav() -> AsyncIterator[bytes]:
    for part in WAV:
        yield part


def program(folder: Path, name: str, script: str) -> str:
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


async def test_a_player_that_reads_stdin_hears_all(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    player = Player(program(tmp_path, "p", f'cat > "{heard}"'), (), piped=True)
    assert await play(player, wav()) == 8_044
    assert heard.read_bytes() == b"".join(WAV)


async def test_one_that_reads_files_gets_a_whole_one(tmp_path: Path) -> None:
    heard = tmp_path / "heard"
    player = Player(program(tmp_path, "p", f'cp "$1" "{heard}"'), (), piped=False)
    assert await play(player, wav()) == 8_044
    assert heard.read_bytes()[40:44] == (8_000).to_bytes(4, "little")


async def test_it_hears_the_first_chunk_before_the_last_has_come(tmp_path: Path) -> None:
    heard = tmp_path / "heard"

    async def slow() -> AsyncIterator[bytes]:
        yield WAV[0]
        async with asyncio.timeout(10):
            while not (heard.exists() and heard.stat().st_size):  # noqa: ASYNC110 - another process writes it
                await asyncio.sleep(0.01)
        yield WAV[1]

    player = Player(program(tmp_path, "p", f'cat > "{heard}"'), (), piped=True)
    assert await play(player, slow()) == 4_044


async def test_a_player_that_fails_says_why_and_what_else_there_is(tmp_path: Path) -> None:
    player = Player(program(tmp_path, "p", "echo no sound card >&2; exit 3"), (), piped=True)
    with pytest.raises(CliError, match="no sound card") as failed:
        await play(player, wav())
    assert "-o FILE" in str(failed.value.hint)


async def test_who_closes_the_player_has_heard_enough(tmp_path: Path) -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield bytes(100_000)

    player = Player(program(tmp_path, "p", "head -c 1000 > /dev/null; exit 0"), (), piped=True)
    async with asyncio.timeout(10):
        await play(player, endless())


def test_without_a_player_the_hint_names_the_option(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(CliError) as nothing:
        find_player()
    assert "-o FILE" in str(nothing.value.hint)
    program(tmp_path, "aplay", "exit 0")
    assert find_player() == next(player for player in PLAYERS if player.program == "aplay")
