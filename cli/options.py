"""What all commands share: their options, where they talk, and how a Ctrl-C ends them."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Annotated

import typer
from rich.console import Console

from cli.errors import Exit
from cli.interrupt import Farewell, UserInterrupt, interruptible
from cli.output import Output

TALK = Console(stderr=True)
AsJson = Annotated[
    bool, typer.Option("--json", help="JSON on stdout, for programs: one document; one a line for `logs`.")
]
NoWait = Annotated[bool, typer.Option("--no-wait", help="Start it and return at once.")]
IsDataset = Annotated[bool, typer.Option("--dataset", help="It is a dataset, not a model.")]
JobId = Annotated[str, typer.Argument(help="The job's id; `sokhan jobs` shows it.", metavar="ID")]


def group(help_: str) -> typer.Typer:
    """Commands of one topic, with a name of their own."""
    return typer.Typer(no_args_is_help=True, help=help_)


def output(as_json: bool) -> Output:
    return Output(as_json=as_json, talk=TALK)


def execute(work: Coroutine[object, object, None], farewell: Farewell | None = None) -> None:
    """Run a command. On Ctrl-C it ends, `farewell` has its say, and a second Ctrl-C ends that too."""
    try:
        asyncio.run(interruptible(work, farewell))
    except UserInterrupt as interrupted:
        if not interrupted.said:
            TALK.print("interrupted; a job that was started goes on: `sokhan jobs` shows it, `sokhan cancel` ends it")
        raise typer.Exit(Exit.INTERRUPTED) from None
