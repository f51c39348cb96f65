"""`sokhan datasets`: uploads datasets."""

from __future__ import annotations

import asyncio
import tarfile
import tempfile
from pathlib import Path
from typing import Annotated

import typer

from cli.client import Client, Json
from cli.errors import CliError
from cli.options import AsJson, execute, group, output
from cli.output import Output, duration, number, size
from cli.responses import inner
from cli.settings import CliSettings
from cli.uploading import add_dataset as upload_dataset
from shared.files.layout import shorten
from shared.files.members import is_system_file

app = group("Datasets on the platform.")


@app.callback()
def datasets() -> None:
    """Datasets on the platform."""


@app.command("add")
def add_dataset(
    source: Annotated[
        Path,
        typer.Argument(
            exists=True,
            help="A zip, a tar or a folder with speech in LJSpeech's or Common Voice's layout or with text files; "
            "or one .jsonl, .ndjson, .csv, .tsv, .parquet or .txt file; text files also as .gz.",
        ),
    ],
    name: Annotated[str | None, typer.Option(help="Its name here; by default the file's.")] = None,
    as_json: AsJson = False,
) -> None:
    """Upload a dataset, check it and show its statistics."""
    chosen = name or source.name.split(".")[0]
    execute(_add(CliSettings(), output(as_json), source, chosen))


async def _add(settings: CliSettings, output: Output, source: Path, name: str) -> None:
    if not (source.is_dir() or source.is_file()):
        raise CliError(f"{source} is neither a file nor a folder.", code="VALIDATION")
    if source.is_file() and source.stat().st_size == 0:
        raise CliError(f"{source} is empty.", code="BAD_DATASET")
    with tempfile.TemporaryDirectory() as work:
        archive = source
        if source.is_dir():
            output.say(f"Packing {source} …")
            archive = await asyncio.to_thread(_pack, source, Path(work))
        async with Client(settings) as client:
            output.say(f"Uploading {archive.name}, {size(archive.stat().st_size)} …")
            data = await upload_dataset(client, settings, output, name, archive)
    details = inner(data, "details")
    output.result(data, f"{data['id']}: {_described(details)}")


def _described(details: Json) -> str:
    skipped = f", {details['skipped']} skipped" if details.get("skipped") else ""
    characters = f"{details['characters']} characters"
    if details.get("hours") is None:
        return f"{details['items']} texts{skipped}, {characters}"
    speech = f"{duration(number(details['hours']) * 3600)} of speech at {details['sampleRate']} Hz"
    return f"{details['items']} utterances{skipped}, {speech}, {characters}"


def _member(info: tarfile.TarInfo) -> tarfile.TarInfo | None:
    return None if is_system_file(info.name) else info


def _pack(folder: Path, work: Path) -> Path:
    archive = work / shorten(f"{folder.name}.tar")
    with tarfile.open(archive, "w") as packed:
        packed.add(folder, arcname=".", filter=_member)
    return archive
