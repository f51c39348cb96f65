"""The common base of all commands: options, output, and Ctrl-C handling."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated

import typer

from cli.console import SafeConsole
from cli.errors import Exit
from cli.interrupt import Farewell, UserInterrupt, interruptible
from cli.output import Output

TALK = SafeConsole(stderr=True)
AsJson = Annotated[
    bool, typer.Option("--json", help="JSON on stdout, for programs: one document; for `logs` one per line.")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Start it and return at once.")]
IsDataset = Annotated[bool, typer.Option("--dataset", help="It is a dataset, not a model.")]
JobId = Annotated[str, typer.Argument(help="The job's id; `sokhan jobs` shows it.", metavar="ID")]


def group(help_: str) -> typer.Typer:
    """A group of commands under a common name."""
    return typer.Typer(no_args_is_help=True, help=help_)


def output(as_json: bool) -> Output:
    return Output(as_json=as_json, talk=TALK)


def execute(work: Coroutine[object, object, None], farewell: Farewell | None = None) -> None:
    """Run a command. Ctrl-C cancels it and runs `farewell`; a second Ctrl-C cancels the farewell."""
    try:
        asyncio.run(interruptible(work, farewell))
    except UserInterrupt as interrupted:
        if not interrupted.informed:
            TALK.print("interrupted; a started job continues: `sokhan jobs` shows it, `sokhan cancel` cancels it")
        raise typer.Exit(Exit.INTERRUPTED) from None
