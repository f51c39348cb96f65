"""`sokhan`: the command line of the platform, a client of the gateway."""

from __future__ import annotations

import typer
from pydantic import ValidationError
from rich.console import Console

from cli.commands import (
    catalog,
    checkpoints,
    control,
    datasets,
    hub,
    importing,
    installed,
    jobs,
    pull,
    render,
    speech,
    training,
)
from cli.errors import CliError, show
from cli.options import TALK
from shared.contracts.sentences import sentence
from shared.env_file import problem_of

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Sokhan: download, train and serve Persian voices and language models. "
    "Exit status: 0 done, 1 failed or refused, 2 wrong usage, 3 no gateway, 130 interrupted.",
)


@app.command()
def up() -> None:
    """Start everything on this machine: NATS, the embedded store and the five services. Ctrl-C stops it."""
    from cli.up import up as start

    start(Console())


for topic in (pull, jobs, control, hub, installed, importing, training, speech, render):
    app.add_typer(topic.app)
app.add_typer(catalog.app, name="catalog")
app.add_typer(datasets.app, name="datasets")
app.add_typer(checkpoints.app, name="runs")


def run() -> None:
    if problem := problem_of():
        show(CliError(problem), TALK)
        raise SystemExit(2)
    try:
        app()
    except CliError as error:
        show(error, TALK)
        raise SystemExit(error.exit) from None
    except ValidationError as error:
        for fault in error.errors():
            show(CliError(f"SOKHAN_{str(fault['loc'][0]).upper()}: {sentence(fault)}"), TALK)
        raise SystemExit(2) from None


if __name__ == "__main__":
    run()
