"""`sokhan`: up, pull, datasets, train, say, voices, jobs, logs, cancel. A client of the gateway, nothing more."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue, ValidationError
from rich.console import Console

from cli import commands
from cli.errors import CliError, Exit, show
from cli.interrupt import Interrupted, interruptible
from cli.output import Output
from cli.settings import CliSettings

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Sokhan: fetch, train, hear and serve Persian voices. "
    "Exit status: 0 done, 1 failed or refused, 2 wrong usage, 3 no gateway, 130 interrupted.",
)
datasets_app = typer.Typer(no_args_is_help=True, help="Datasets on the platform.")
app.add_typer(datasets_app, name="datasets")

_TALK = Console(stderr=True)
AsJson = Annotated[
    bool, typer.Option("--json", help="JSON on stdout, for programs: one document; one a line for `logs`.")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Start it and return at once.")]


def _run(work: Coroutine[object, object, None]) -> None:
    try:
        asyncio.run(interruptible(work))
    except Interrupted:
        _TALK.print("interrupted; a job that was started goes on: `sokhan jobs` shows it, `sokhan cancel` ends it")
        raise typer.Exit(Exit.INTERRUPTED) from None


def _output(as_json: bool) -> Output:
    return Output(as_json=as_json, talk=_TALK)


@app.command()
def up() -> None:
    """Start everything on this machine: NATS, the embedded store and the five services. Ctrl-C stops it."""
    from cli.up import up as start

    start(Console())


@app.command()
def pull(
    repo: Annotated[str, typer.Argument(help="namespace/name on the Hub")],
    dataset: Annotated[bool, typer.Option("--dataset", help="The repository is a dataset.")] = False,
    revision: Annotated[str, typer.Option(help="Branch, tag or commit.")] = "main",
    include: Annotated[list[str] | None, typer.Option(help="Only files that match, such as '*.json'.")] = None,
    exclude: Annotated[list[str] | None, typer.Option(help="Not the files that match.")] = None,
    no_wait: NoWait = False,
    as_json: AsJson = False,
) -> None:
    """Download a repository from the Hub, with progress."""
    wish: dict[str, JsonValue] = {
        "repoType": "dataset" if dataset else "model",
        "revision": revision,
        "include": list(include or []),
        "exclude": list(exclude or []),
    }
    _run(commands.pull(CliSettings(), _output(as_json), repo, wish, not no_wait))


@datasets_app.command("add")
def add_dataset(
    source: Annotated[Path, typer.Argument(exists=True, help="A zip or tar in LJSpeech's layout, or such a folder.")],
    name: Annotated[str | None, typer.Option(help="Its name here; the file's own when left out.")] = None,
    as_json: AsJson = False,
) -> None:
    """Upload a dataset; it is checked and its statistics are shown."""
    chosen = name or source.name.split(".")[0]
    _run(commands.add_dataset(CliSettings(), _output(as_json), source, chosen))


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
    wish: dict[str, JsonValue] = {"recipe": recipe, "datasets": list(dataset), "config": config}
    if name is not None:
        wish["name"] = name
    _run(commands.train(CliSettings(), _output(as_json), wish, not no_wait))


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


@app.command()
def say(
    text: str,
    voice: Annotated[str, typer.Option(help="See `sokhan voices`.")] = "espeak-fa",
    output: Annotated[Path | None, typer.Option("-o", "--output", help="Write a WAV instead of playing it.")] = None,
    speed: Annotated[float, typer.Option(min=0.25, max=4.0)] = 1.0,
    as_json: AsJson = False,
) -> None:
    """Speak a text."""
    _run(commands.say(CliSettings(), _output(as_json), text, voice, output, speed))


@app.command()
def voices(as_json: AsJson = False) -> None:
    """What can speak now."""
    _run(commands.voices(CliSettings(), _output(as_json)))


@app.command()
def jobs(
    limit: Annotated[int, typer.Option(min=1, max=200)] = 20,
    as_json: AsJson = False,
) -> None:
    """Downloads and training runs, newest first."""
    _run(commands.jobs(CliSettings(), _output(as_json), limit))


@app.command()
def cancel(job: str, as_json: AsJson = False) -> None:
    """Cancel a download or a training run."""
    _run(commands.cancel(CliSettings(), _output(as_json), job))


@app.command()
def logs(
    run: str,
    follow: Annotated[bool, typer.Option("-f", "--follow", help="Go on until the run ends.")] = False,
    as_json: AsJson = False,
) -> None:
    """What a training run said."""
    _run(commands.logs(CliSettings(), _output(as_json), run, follow))


def run() -> None:
    try:
        app()
    except CliError as error:
        show(error, _TALK)
        raise SystemExit(error.exit) from None
    except ValidationError as error:
        first = error.errors()[0]
        show(CliError(f"SOKHAN_{str(first['loc'][0]).upper()}: {first['msg']}"), _TALK)
        raise SystemExit(2) from None


if __name__ == "__main__":
    run()
