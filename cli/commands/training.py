"""`sokhan train` and `logs`: starts training runs and shows their logs."""

from __future__ import annotations

import asyncio
import shlex
import sys
from collections.abc import Sequence
from typing import Annotated, Literal, get_args
from urllib.parse import urlencode

import typer
from pydantic import JsonValue

from cli.client import Client, Json
from cli.commands.config import config_of
from cli.job_watcher import training_line, watch
from cli.options import AsJson, NoWait, execute, output
from cli.output import Output
from cli.responses import inner, items_of, one_of, strings
from cli.run_ids import RunId, find_run
from cli.settings import CliSettings

app = typer.Typer()
Level = Literal["debug", "info", "warning", "error"]
_LEVELS: tuple[Level, ...] = get_args(Level)


@app.command()
def train(
    dataset: Annotated[list[str], typer.Option("--dataset", help="Such as local/my-voice; may be repeated.")],
    recipe: Annotated[str, typer.Option(help="See GET /api/training/recipes.")] = "vits",
    base: Annotated[str | None, typer.Option(help="The installed model to start from.", metavar="ID")] = None,
    teacher: Annotated[str | None, typer.Option(help="The installed model to learn from.", metavar="ID")] = None,
    asr: Annotated[
        str | None, typer.Option(help="The installed recogniser that measures checkpoints.", metavar="ID")
    ] = None,
    name: Annotated[str | None, typer.Option(help="The name of the run and of its voice or model.")] = None,
    preset: Annotated[str | None, typer.Option(help="tiny, small, fast or quality.")] = None,
    max_steps: Annotated[int | None, typer.Option(help="Stop after this number of steps.")] = None,
    set_: Annotated[list[str] | None, typer.Option("--set", help="Any other parameter, as name=value.")] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Train a voice or a model, with live losses."""
    config = config_of(set_ or [])
    if preset is not None:
        config["preset"] = preset
    if max_steps is not None:
        config["max_steps"] = max_steps
    request: dict[str, JsonValue] = {"recipe": recipe, "datasets": strings(dataset), "config": config}
    named = {"name": name, "baseModel": base, "teacherModel": teacher, "asrModel": asr}
    request |= {key: value for key, value in named.items() if value is not None}
    execute(_train(CliSettings(), output(as_json), request, not no_wait))


@app.command()
def logs(
    run: RunId,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Follow the log until the run ends.")] = False,
    tail: Annotated[int | None, typer.Option(min=1, max=10_000, help="Only this number of last lines.")] = None,
    level: Annotated[Level, typer.Option(help="Only lines of at least this level.")] = "debug",
    as_json: AsJson = False,
) -> None:
    """Show the log of a training run."""
    execute(_logs(CliSettings(), output(as_json), run, tail, _LEVELS[_LEVELS.index(level) :], follow))


async def _train(settings: CliSettings, output: Output, request: Json, wait: bool) -> None:
    async with Client(settings) as client:
        run = one_of(await client.post("/api/training", request))
        if not wait:
            output.result(run, f"Started. Watch it with: sokhan logs {run['id']}")
            return
        output.say(f"Run {run['id']}: {settings.base}/training/{run['id']}")
        done = await watch(settings, output, f"training:{run['id']}", str(run["name"]), training_line)
    result = inner(done, "result")
    voice, model = result.get("voice"), result.get("model")
    outcome = f"; the model is {model}" if model else ""
    if voice:
        outcome = f"; the voice is {voice}: sokhan say --voice {shlex.quote(str(voice))} 'سلام'"
    output.result(done, f"Finished after {done['step']} steps, best at step {result.get('bestStep')}{outcome}")


async def _logs(
    settings: CliSettings, output: Output, reference: str, tail: int | None, levels: Sequence[str], follow: bool
) -> None:
    """Print the run's log lines; with `follow`, until the run ends."""
    async with Client(settings) as client:
        run = str((await find_run(client, reference))["id"])
        path = f"/api/training/{run}/logs" + (f"?{urlencode([('level', level) for level in levels])}")
        last = await _print_end(client, output, path, tail) if tail else await _print_logs(client, output, path, None)
        while follow:
            ended = one_of(await client.get(f"/api/training/{run}"))["state"] in {"completed", "failed", "cancelled"}
            last = await _print_logs(client, output, path, last)
            if ended:
                return
            await asyncio.sleep(1.0)


async def _print_end(client: Client, output: Output, path: str, tail: int) -> int:
    return _print(output, items_of(await client.get(f"{path}&tail={tail}"))) or 0


async def _print_logs(client: Client, output: Output, path: str, after: int | None) -> int | None:
    while True:
        answer = await client.get(f"{path}&limit=1000" + (f"&after={after}" if after is not None else ""))
        after = _print(output, items_of(answer)) or after
        if not answer.get("next"):
            return after


def _print(output: Output, lines: list[Json]) -> int | None:
    """Print log lines. Returns the `seq` of the last one."""
    last = None
    for line in lines:
        seq = line["seq"]
        last = seq if isinstance(seq, int) else last
        output.result(line, f"{str(line['time'])[:19]}  {line['level']!s:<7} {line['message']}")
    sys.stdout.flush()
    return last
