"""`sokhan say` and `voices`."""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli.answers import objects
from cli.client import Client, Json
from cli.frame import AsJson, execute, output
from cli.output import Output, size
from cli.settings import CliSettings
from cli.wav import write_wav

app = typer.Typer()
_PLAYERS = (("aplay", "-q"), ("paplay",), ("afplay",), ("ffplay", "-nodisp", "-autoexit", "-loglevel", "error"))


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="What to say.")],
    voice: Annotated[str, typer.Option(help="See `sokhan voices`.")] = "espeak-fa",
    target: Annotated[Path | None, typer.Option("-o", "--output", help="Write a WAV instead of playing it.")] = None,
    speed: Annotated[float, typer.Option(min=0.25, max=4.0)] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Speak a text."""
    execute(_say(CliSettings(), output(as_json), text, voice, target, speed))


@app.command()
def voices(as_json: AsJson = False) -> None:
    """What can speak now."""
    execute(_voices(CliSettings(), output(as_json)))


async def _say(settings: CliSettings, output: Output, text: str, voice: str, target: Path | None, speed: float) -> None:
    """Into `target`, or played; into ./speech.wav where nothing here can play."""
    wish: Json = {"model": "sokhan", "input": text, "voice": voice, "speed": speed, "response_format": "wav"}
    player = next((p for p in _PLAYERS if shutil.which(p[0])), None) if target is None else None
    async with Client(settings) as client:
        stream = client.stream("/v1/audio/speech", wish)
        if player is not None:
            with tempfile.TemporaryDirectory() as work:
                path = Path(work) / "speech.wav"
                length = await write_wav(stream, path)
                process = await asyncio.create_subprocess_exec(*player, str(path))
                await process.wait()
            output.result({"path": None, "bytes": length, "voice": voice}, f"played {size(length)}, spoken by {voice}")
            return
        path = target or Path("speech.wav")
        length = await write_wav(stream, path)
    output.result({"path": str(path), "bytes": length, "voice": voice}, f"{path}: {size(length)}, spoken by {voice}")


async def _voices(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        found = objects((await client.get("/v1/audio/voices"))["voices"])
    rows = [[str(v["id"]), str(v["engine"]), str(v["language"]), f"{v['sampleRate']} Hz"] for v in found]
    output.table([*found], ("id", "engine", "language", ">rate"), rows, "Nothing can speak now.")
