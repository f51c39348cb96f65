"""`sokhan import`: imports a Coqui VITS checkpoint."""

from __future__ import annotations

from typing import Annotated

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.job_watcher import watch
from cli.options import AsJson, NoWait, execute, output
from cli.output import Output
from cli.responses import inner, one_of
from cli.settings import CliSettings

app = typer.Typer()


@app.command("import")
def import_(
    model: Annotated[str, typer.Argument(help="The installed repository that holds a Coqui VITS checkpoint.")],
    checkpoint: Annotated[str | None, typer.Option(help="Its .pth file, if it has several.")] = None,
    config: Annotated[str | None, typer.Option(help="Its config*.json, if it has several.")] = None,
    name: Annotated[str | None, typer.Option(help="The name of the voice; by default the repository's.")] = None,
    language: Annotated[
        str | None, typer.Option(help="The language of the voice, as an ISO 639 code; by default fa.")
    ] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Convert a Coqui VITS checkpoint to a voice. The checkpoint is read in a sandboxed process."""
    options = {"checkpoint": checkpoint, "config": config, "language": language}
    chosen: dict[str, JsonValue] = {key: value for key, value in options.items() if value is not None}
    request: dict[str, JsonValue] = {"recipe": "import", "baseModel": model, "config": chosen}
    if name is not None:
        request["name"] = name
    execute(_import(CliSettings(), output(as_json), request, not no_wait))


async def _import(settings: CliSettings, output: Output, request: Json, wait: bool) -> None:
    async with Client(settings) as client:
        run = one_of(await client.post("/api/training", request))
        if not wait:
            output.result(run, f"Started. Watch it with: sokhan logs {run['id']} -f")
            return
        title = f"importing {request['baseModel']}"
        done = await watch(settings, output, f"training:{run['id']}", title, _line)
    voice = inner(done, "result").get("voice")
    output.result(done, f"The voice is {voice}: sokhan say --voice {voice} 'سلام'")


def _line(data: Json) -> str:
    """The progress line of an import, which has no steps: the error of a waiting run."""
    error = data.get("error")
    waiting = isinstance(error, dict) and data.get("state") == "queued"
    return f"waiting after: {error['message']}" if waiting and isinstance(error, dict) else ""
