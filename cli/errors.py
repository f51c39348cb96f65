"""What went wrong, as a person reads it and as a script's exit status."""

from __future__ import annotations

from enum import IntEnum

from rich.console import Console

# The gateway speaks to programs of all kinds; here its hints name the command instead of the address.
_AS_COMMANDS = {
    "GET /api/sources/installed lists what there is.": "`sokhan installed` lists what there is.",
    "GET /api/assets lists what there is.": "`sokhan installed` lists what there is.",
    "GET …/checkpoints lists what there is.": "`sokhan runs checkpoints RUN` lists what there is.",
    "Undeploy it first.": "`sokhan runs undeploy` it first.",
    "PUT /api/settings/huggingface/token stores one.": "`sokhan token set` stores one.",
    "Say which: kind=model or kind=dataset.": "Say which: --model or --dataset.",
    ", or POST /api/sources/catalog.": ". `sokhan catalog` lists what may be pulled.",
    "Wait for it, pause it or cancel it;": "`sokhan jobs` shows it; wait for it, `sokhan pause` or `sokhan cancel` it;",
    "PATCH its include and exclude.": "`sokhan catalog add` it again with other --include and --exclude.",
    "Send it as “Authorization: Bearer <SOKHAN_TOKEN>”.": "Set SOKHAN_TOKEN to the gateway's.",
    "See /docs for the fields.": "`--help` tells what the command takes.",
}


class Exit(IntEnum):
    """0 is fine and 2 is wrong usage (as everywhere); a script can tell the others apart."""

    FAILED = 1
    UNREACHABLE = 3
    INTERRUPTED = 130


class CliError(Exception):
    def __init__(self, message: str, *, code: str = "", hint: str | None = None, exit_: Exit = Exit.FAILED) -> None:
        super().__init__(message)
        self.message = message
        self.code = code
        self.hint = hint
        self.exit = exit_


def show(error: CliError, console: Console) -> None:
    code = f" [dim]({error.code})[/dim]" if error.code else ""
    console.print(f"[red]error:[/red] {_plain(as_command(error.message))}{code}", highlight=False, soft_wrap=True)
    if error.hint:
        console.print(f"       {_plain(as_command(error.hint))}", highlight=False, soft_wrap=True)


def as_command(hint: str) -> str:
    for theirs, ours in _AS_COMMANDS.items():
        hint = hint.replace(theirs, ours)
    return hint


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def unexpected(message: str) -> CliError:
    """The error for an answer in a form that this version does not know."""
    return CliError(message, hint="Are sokhan and the gateway of the same version?", exit_=Exit.UNREACHABLE)
