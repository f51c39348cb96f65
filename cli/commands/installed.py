"""`sokhan installed`, `verify`, `remove`: lists, verifies and removes installed assets."""

from __future__ import annotations

import sys
from typing import Annotated, Literal

import typer

from cli.client import Client, Json
from cli.errors import CliError
from cli.job_watcher import plain_line, watch
from cli.options import AsJson, execute, output
from cli.output import Output, count, number, short, size
from cli.paths import segments
from cli.responses import inner, objects, one_of
from cli.settings import CliSettings

app = typer.Typer()
AssetId = Annotated[str, typer.Argument(metavar="ID", help="As `sokhan installed` shows it.")]
WhichModel = Annotated[bool, typer.Option("--model", help="The model, if a dataset has the same name.")]
WhichDataset = Annotated[bool, typer.Option("--dataset", help="The dataset, if a model has the same name.")]
Kind = Literal["model", "dataset"]
_BASE = "/api/sources/installed"


@app.command()
def installed(as_json: AsJson = False) -> None:
    """List models and datasets on disk, complete or not."""
    execute(_installed(CliSettings(), output(as_json)))


@app.command()
def verify(asset: AssetId, model: WhichModel = False, dataset: WhichDataset = False, as_json: AsJson = False) -> None:
    """Read every file again and compare it with the manifest. Exit status 1 if a file is damaged."""
    execute(_verify(CliSettings(), output(as_json), asset, _kind(model, dataset)))


@app.command()
def remove(
    asset: AssetId,
    model: WhichModel = False,
    dataset: WhichDataset = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a model or a dataset from disk."""
    if not yes and not as_json and sys.stdin.isatty():
        typer.confirm(f"Remove {asset} from disk?", abort=True, err=True)
    execute(_remove(CliSettings(), output(as_json), asset, _kind(model, dataset)))


def _kind(model: bool, dataset: bool) -> Kind | None:
    if model and dataset:
        raise typer.BadParameter("use only one of them", param_hint="--model/--dataset")
    return "model" if model else "dataset" if dataset else None


async def _installed(settings: CliSettings, output: Output) -> None:
    async with Client(settings) as client:
        data = one_of(await client.get(_BASE))
    rows = [
        [
            str(item["id"]),
            str(item["type"]),
            size(item["sizeBytes"]),
            short(item.get("commit")),
            str(item["downloadedAt"])[:10],
            "complete" if item["isComplete"] else str(item.get("problem") or "incomplete"),
        ]
        for item in objects(data["all"])
    ]
    columns = ("id", "type", ">size", "commit", "since", "state")
    output.table(data, columns, rows, "Nothing is installed yet. `sokhan catalog` lists the available repositories.")


async def _verify(settings: CliSettings, output: Output, asset: str, kind: Kind | None) -> None:
    async with Client(settings) as client:
        job = one_of(await client.post(f"{_BASE}/verify", {"id": asset, "kind": kind}))
    if job["state"] in {"queued", "running"}:
        job = await watch(settings, output, f"scan:{job['id']}", f"verifying {asset}", plain_line)
    result = inner(job, "result")
    damaged, total = objects(result.get("damaged")), int(number(result.get("damagedCount")))
    if not total:
        output.result(job, f"{asset}: all of {count(int(number(result.get('verified'))), 'file')} as installed.")
        return
    rows = [[str(file["problem"]), str(file["path"])] for file in damaged]
    output.table(job, ("problem", "file"), rows, "")
    if len(damaged) < total:
        output.say(f"… and {total - len(damaged):,} more")
    raise CliError(
        f"{count(total, 'file')} of {asset} {'is' if total == 1 else 'are'} not as installed.",
        code="DAMAGED",
        hint=f"Download the damaged files again: sokhan pull {asset}",
    )


async def _remove(settings: CliSettings, output: Output, asset: str, kind: Kind | None) -> None:
    query: dict[str, str | int] = {"kind": kind} if kind else {}
    async with Client(settings) as client:
        removed: Json = one_of(await client.delete(f"{_BASE}/{segments(asset)}", **query))
    output.result(removed, f"{removed['id']} is removed: {size(removed['freed'])} freed.")
