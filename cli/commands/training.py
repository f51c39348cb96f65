"""`sokhan train` and `logs`."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated

import typer
from pydantic import JsonValue

from cli.answers import inner, items_of, one_of, strings
from cli.client import Client, Json
from cli.frame import AsJson, NoWait, execute, output
from cli.output import Output
from cli.settings import CliSettings
from cli.watching import training_line, watch

app = typer.Typer()


@app.command()
def train(
    dataset: Annotated[list[str], typer.Option("--dataset", help="Such as local/my-voice; may be repeated.")],
    recipe: Annotated[str, typer.Option(help="See GET /api/training/recipes.")] = "vits",
    name: Annotated[str | None, typer.Option(help="The name of the run and of the voice it makes.")] = None,
    preset: Annotated[str | None, typer.Option(help="tiny, fast or quality.")] = None,
    max_steps: Annotated[int | None, typer.Option(help="Stop after so many steps.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any other parameter, as name=value.")] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Train a voice, with live losses."""
    config = _config(set_ or [])
    if preset is not None:
        config["preset"] = preset
    if max_steps is not None:
        config["max_steps"] = max_steps
    wish: dict[str, JsonValue] = {"recipe": recipe, "datasets": strings(dataset), "config": config}
    if name is not None:
        wish["name"] = name
    execute(_train(CliSettings(), output(as_json), wish, not no_wait))


@app.command()
def logs(
    run: Annotated[str, typer.Argument(help="The run's id.")],
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on until the run ends.")] = False,
    as_json: AsJson = False,
) -> None:
    """What a training run said."""
    execute(_logs(CliSettings(), output(as_json), run, follow))


def _config(pairs: list[str]) -> dict[str, JsonValue]:
    config: dict[str, JsonValue] = {}
    for pair in pairs:
        name, separator, value = pair.partition("=")
        if not separator:
            raise typer.BadParameter(f"“{pair}” is not name=value", param_hint="--set")
        try:
            config[name] = json.loads(value)
        except ValueError:
            config[name] = value
    return config


async def _train(settings: CliSettings, output: Output, wish: Json, wait: bool) -> None:
    async with Client(settings) as client:
        run = one_of(await client.post("/api/training", wish))
        if not wait:
            output.result(run, f"Started. Watch it with: sokhan logs {run['id']}")
            return
        output.say(f"Run {run['id']}: {settings.base}/api/training/{run['id']}")
        done = await watch(settings, output, f"training:{run['id']}", str(run["name"]), training_line)
    result = inner(done, "result")
    voice = result.get("voice")
    made = f"; the voice is {voice}: sokhan say --voice {voice} 'سلام'" if voice else ""
    output.result(done, f"Finished after {done['step']} steps, best at step {result.get('bestStep')}{made}")


async def _logs(settings: CliSettings, output: Output, run: str, follow: bool) -> None:
    """The run's lines so far; with `follow` until it ends."""
    async with Client(settings) as client:
        last = await _print_logs(client, output, run, None)
        while follow:
            ended = one_of(await client.get(f"/api/training/{run}"))["state"] in {"completed", "failed", "cancelled"}
            last = await _print_logs(client, output, run, last)
            if ended:
                return
            await asyncio.sleep(1.0)


async def _print_logs(client: Client, output: Output, run: str, after: int | None) -> int | None:
    while True:
        query: dict[str, str | int] = {"limit": 1000} if after is None else {"limit": 1000, "after": after}
        answer = await client.get(f"/api/training/{run}/logs", **query)
        for line in items_of(answer):
            seq = line["seq"]
            after = seq if isinstance(seq, int) else after
            output.result(line, f"{str(line['time'])[:19]}  {line['level']!s:<7} {line['message']}")
        sys.stdout.flush()
        if not answer.get("next"):
            return after
