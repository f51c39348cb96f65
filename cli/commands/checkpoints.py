"""`sokhan runs …`: lists, fetches, deploys, restores and removes the checkpoints of a run."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.commands import runs
from cli.commands.config import config_of
from cli.figures import error_rate, percent, plain
from cli.options import AsJson, execute, output
from cli.output import Output, count, size
from cli.responses import inner, items_of, one_of
from cli.run_ids import RunId, find_run
from cli.settings import CliSettings

app = runs.app
Step = Annotated[int, typer.Argument(min=1, help="The checkpoint's step.")]


@app.command()
def checkpoints(run: RunId, as_json: AsJson = False) -> None:
    """List the checkpoints of a run."""
    execute(_checkpoints(CliSettings(), output(as_json), run))


@app.command()
def fetch(
    run: RunId,
    step: Step,
    target: Annotated[Path | None, typer.Option("-o", "--output", help="The file to write.")] = None,
    as_json: AsJson = False,
) -> None:
    """Save a checkpoint as a tar."""
    execute(_fetch(CliSettings(), output(as_json), run, step, target))


@app.command()
def deploy(
    run: RunId,
    step: Step,
    name: Annotated[str, typer.Option(help="Its name: local/NAME.")],
    as_json: AsJson = False,
) -> None:
    """Serve a checkpoint as a voice or a model; the same name again makes the next version."""
    execute(_deploy(CliSettings(), output(as_json), run, step, name))


@app.command()
def undeploy(run: RunId, step: Step, as_json: AsJson = False) -> None:
    """Stop serving a checkpoint; the checkpoint stays."""
    execute(_undeploy(CliSettings(), output(as_json), run, step))


@app.command()
def restore(
    run: RunId,
    step: Step,
    name: Annotated[str | None, typer.Option(help="The new run's name; by default the old one's.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="A changed parameter, as name=value.")] = None,
    as_json: AsJson = False,
) -> None:
    """Start a new run from a checkpoint."""
    request: Json = {"config": config_of(set_ or [])}
    if name is not None:
        request["name"] = name
    execute(_restore(CliSettings(), output(as_json), run, step, request))


@app.command()
def remove(
    run: RunId,
    step: Annotated[int | None, typer.Argument(min=1, help="Only the checkpoint of this step.")] = None,
    as_json: AsJson = False,
) -> None:
    """Remove an ended run with all its data, or one checkpoint; deployed products stay."""
    execute(_remove(CliSettings(), output(as_json), run, step))


async def _checkpoints(settings: CliSettings, output: Output, run: str) -> None:
    async with Client(settings) as client:
        found = items_of(await client.get(await _path(client, run)))
    data: list[JsonValue] = [*found]
    newest = max((str(c["step"]) for c in found), key=int, default="")
    columns = (">step", ">epoch", ">size", ">val_loss", ">errors", ">mcd", ">samples", "state", "", "deployed as")
    output.table(data, columns, [_row(checkpoint, newest) for checkpoint in found], "Nothing saved yet.")


def _row(checkpoint: Json, newest: str) -> list[str]:
    values, samples = inner(checkpoint, "values"), checkpoint["samples"]
    roles = ["best"] * (checkpoint["best"] is True) + ["last"] * (str(checkpoint["step"]) == newest)
    return [
        str(checkpoint["step"]),
        str(checkpoint["epoch"]),
        size(checkpoint["size"]),
        plain(values.get("val_loss")),
        percent(error_rate(values)),
        plain(values.get("quality_mcd")),
        str(len(samples)) if isinstance(samples, list) else "",
        str(checkpoint["state"]),
        ", ".join(roles),
        str(checkpoint["deployedAs"] or ""),
    ]


async def _fetch(settings: CliSettings, output: Output, run: str, step: int, target: Path | None) -> None:
    async with Client(settings) as client:
        found = await find_run(client, run)
        into = target or Path(f"{found['name']}-{step}.tar")
        written = await client.save(f"/api/training/{found['id']}/checkpoints/{step}", into)
    output.result({"path": str(into), "bytes": written}, f"{size(written)} in {into}")


async def _deploy(settings: CliSettings, output: Output, run: str, step: int, name: str) -> None:
    async with Client(settings) as client:
        data = one_of(await client.post(f"{await _path(client, run)}/{step}/deploy", {"name": name}))
        recipe = (await find_run(client, run)).get("recipe")
    message = f"{data['id']} is version {data['version']}, from step {data['step']}."
    if recipe == "vits":
        message += f" Try it with: sokhan say --voice {shlex.quote(str(data['id']))} 'سلام'"
    else:
        message += f" Its files are in models/{data['id']} of the data folder."
    output.result(data, message)


async def _undeploy(settings: CliSettings, output: Output, run: str, step: int) -> None:
    async with Client(settings) as client:
        data = one_of(await client.delete(f"{await _path(client, run)}/{step}/deploy"))
    output.result(data, f"{data['id']} is no longer served; the checkpoint of step {step} stays.")


async def _restore(settings: CliSettings, output: Output, run: str, step: int, request: Json) -> None:
    async with Client(settings) as client:
        data = one_of(await client.post(f"{await _path(client, run)}/{step}/restore", request))
    output.result(data, f"Run {data['id']} starts from step {step}. Watch it with: sokhan logs -f {data['id']}")


async def _remove(settings: CliSettings, output: Output, run: str, step: int | None) -> None:
    async with Client(settings) as client:
        found = await find_run(client, run)
        if step is not None:
            data = one_of(await client.delete(f"/api/training/{found['id']}/checkpoints/{step}"))
            output.result(data, f"Removed: the checkpoint of step {step}, {size(data['size'])}.")
            return
        data = one_of(await client.delete(f"/api/training/{found['id']}", purge="true"))
    number_removed = data["checkpoints"]
    removed = count(number_removed if isinstance(number_removed, int) else 0, "checkpoint")
    output.result(data, f"Removed: {found['id']} with {removed}, {size(data['freed'])}.")


async def _path(client: Client, run: str) -> str:
    return f"/api/training/{(await find_run(client, run))['id']}/checkpoints"
