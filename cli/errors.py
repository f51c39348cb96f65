"""Errors of commands, with a message for people and an exit status for scripts."""

from __future__ import annotations

from enum import IntEnum

from rich.console import Console
from rich.markup import escape

from cli.console import printable_line


class Exit(IntEnum):
    """Exit statuses for scripts, besides 0 (success)."""

    FAILED = 1
    USAGE = 2
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
    code = f" [dim]({_plain(error.code)})[/dim]" if error.code else ""
    console.print(f"[red]error:[/red] {_plain(error.message)}{code}", highlight=False, soft_wrap=True)
    if error.hint:
        console.print(f"       {_plain(error.hint)}", highlight=False, soft_wrap=True)


def _plain(text: str) -> str:
    return escape(printable_line(text))


def unexpected(message: str) -> CliError:
    """The error for an answer in an unknown format."""
    return CliError(message, hint="Check that sokhan and the gateway have the same version.", exit_=Exit.UNREACHABLE)
