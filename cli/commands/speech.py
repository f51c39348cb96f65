"""`sokhan say` and `voices`: speaks a text and lists the voices."""

from __future__ import annotations

import sys
from collections.abc import AsyncIterator
from contextlib import aclosing
from pathlib import Path
from typing import Annotated

import typer

from cli.client import Client, Json
from cli.errors import CliError
from cli.options import AsJson, execute, output
from cli.output import Output, number, size
from cli.player import find_player, play
from cli.responses import objects
from cli.settings import CliSettings
from cli.wav import write_audio
from shared.audio import BY_SUFFIX, AudioFormat
from shared.contracts.readings import Reading

app = typer.Typer()
_SPEECH = "/v1/audio/speech"


@app.command()
def say(
    text: Annotated[str, typer.Argument(help="The text; `-` reads it from stdin.")],
    voice: Annotated[
        str | None, typer.Option(help="See `sokhan voices`; by default the platform's default voice.")
    ] = None,
    target: Annotated[
        Path | None,
        typer.Option("-o", "--output", help="Write a file instead of playing; its extension sets the format."),
    ] = None,
    format: Annotated[
        AudioFormat | None, typer.Option(help="The format of the file, if its extension does not set it.")
    ] = None,
    speaker: Annotated[str | None, typer.Option(help="The speaker, for a voice with several.")] = None,
    speed: Annotated[float, typer.Option(min=0.25, max=4.0)] = 1.0,
    seed: Annotated[int | None, typer.Option(min=0, help="The same seed gives the same speech.")] = None,
    reading: Annotated[
        Reading | None, typer.Option(help="How words are read; by default as the voice was trained.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Speak a text."""
    request: Json = {"input": _read() if text == "-" else text, "speed": speed}
    named = {"voice": voice, "speaker": speaker, "seed": seed, "reading": reading}
    request |= {name: value for name, value in named.items() if value is not None}
    if target is not None:
        request["response_format"] = _format_of(target, format)
        execute(_write(CliSettings(), output(as_json), request, target))
    elif format is not None:
        raise typer.BadParameter("--format requires -o", param_hint="--format")
    else:
        execute(_play(CliSettings(), output(as_json), request))


@app.command()
def voices(as_json: AsJson = False) -> None:
    """List the available voices."""
    execute(_voices(CliSettings(), output(as_json)))


def _read() -> str:
    try:
        return sys.stdin.buffer.read().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise CliError("The text from stdin is not UTF-8.", hint="Convert it with `iconv -t UTF-8`.") from error


def _format_of(target: Path, requested: AudioFormat | None) -> AudioFormat:
    chosen = requested or BY_SUFFIX.get(target.suffix.lower())
    if chosen is None:
        endings = ", ".join(BY_SUFFIX)
        raise typer.BadParameter(f"its extension is not a format: {endings}; set --format", param_hint="-o")
    return chosen


async def _write(settings: CliSettings, output: Output, request: Json, target: Path) -> None:
    async with Client(settings) as client, aclosing(client.stream(_SPEECH, request)) as stream:
        length = await write_audio(stream, target, wav=request["response_format"] == "wav")
    output.result(
        {"path": str(target), "bytes": length, "format": request["response_format"], "voice": request.get("voice")},
        f"{target}: {size(length)}{_by(request)}",
    )


async def _play(settings: CliSettings, output: Output, request: Json) -> None:
    wav: Json = {**request, "response_format": "wav"}
    async with Client(settings) as client, aclosing(client.stream(_SPEECH, wav)) as stream:
        # An invalid request is reported before a missing player: it would fail with a player too.
        first = await anext(stream, b"")
        if not first:
            raise CliError("The gateway sent no audio.", code="UNAVAILABLE")
        length = await play(find_player(), _again(first, stream))
    output.result(
        {"path": None, "bytes": length, "format": "wav", "voice": request.get("voice")},
        f"played {size(length)}{_by(request)}",
    )


async def _again(first: bytes, rest: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    yield first
    async for chunk in rest:
        yield chunk


def _by(request: Json) -> str:
    return f", spoken by {request['voice']}" if "voice" in request else ""


async def _voices(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        found = objects((await client.get("/v1/audio/voices"))["voices"])
    columns = ("id", "engine", "language", ">rate", "licence", "also", "precision", ">real-time factor")
    output.table([*found], columns, [_row(voice) for voice in found], "No voice is available.")


def _row(voice: Json) -> list[str]:
    aliases = voice.get("aliases")
    factor = voice.get("realTimeFactor")
    return [
        str(voice["id"]),
        str(voice["engine"]),
        str(voice["language"]),
        f"{voice['sampleRate']} Hz" if voice["sampleRate"] else "–",
        _licence(voice),
        _few([str(name) for name in aliases] if isinstance(aliases, list) else []),
        str(voice.get("precision") or "–"),
        "–" if factor is None else f"{number(factor):.3f}",
    ]


def _few(names: list[str]) -> str:
    """The first name and the number of the others: the default voice has all of OpenAI's names as aliases."""
    more = f" and {len(names) - 1} more" if len(names) > 1 else ""
    return f"{names[0]}{more}" if names else "–"


def _licence(voice: Json) -> str:
    name, kind = voice.get("license"), voice.get("licenseClass")
    if not name:
        return "–"
    return f"{name} ({kind})" if kind == "non-commercial" else str(name)
