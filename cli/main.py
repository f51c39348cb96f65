"""`sokhan`: the command line of the platform, a client of the gateway."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer
from pydantic import ValidationError

from cli.commands import (
    account,
    admin,
    backups,
    catalog,
    checkpoints,
    control,
    datasets,
    doctor,
    hub,
    importing,
    installed,
    jobs,
    keys,
    pull,
    render,
    speech,
    training,
    users,
)
from cli.console import SafeConsole
from cli.errors import CliError, Exit, show
from cli.options import TALK
from shared.contracts.sentences import sentence
from shared.env_file import VARIABLE, problem_of, unread

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Sokhan: download, train and serve Persian voices and language models. "
    "Exit status: 0 done, 1 failed or refused, 2 wrong usage, 3 no gateway, 130 interrupted.",
)


@app.callback()
def common(
    env_file: Annotated[
        Path | None, typer.Option(help="The file of settings, instead of .env in the data folder.", dir_okay=False)
    ] = None,
) -> None:
    if env_file is not None:
        os.environ[VARIABLE] = str(env_file.absolute())  # the processes that a command starts read it too
    if problem := problem_of():
        show(CliError(problem, exit_=Exit.USAGE), TALK)
        raise typer.Exit(Exit.USAGE)
    if notice := unread():
        TALK.print(notice, highlight=False, markup=False, soft_wrap=True)


@app.command()
def up() -> None:
    """Start everything on this machine: NATS, the embedded store and the five services. Ctrl-C stops it."""
    from cli.up import up as start

    start(SafeConsole())


for topic in (pull, jobs, control, hub, installed, importing, training, speech, render, account, backups, doctor):
    app.add_typer(topic.app)
app.add_typer(users.invite_app)
app.add_typer(catalog.app, name="catalog")
app.add_typer(datasets.app, name="datasets")
app.add_typer(checkpoints.app, name="runs")
app.add_typer(keys.app, name="keys")
app.add_typer(users.app, name="users")
app.add_typer(admin.app, name="admin")


def run() -> None:
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
