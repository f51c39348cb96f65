"""Actions on the machine itself: they run in a program of the platform, because the client knows no store."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from typing import IO, Any

from cli.client import Json
from cli.errors import CliError

_END_S = 10.0
"""For a program to remove what is unfinished, after Ctrl-C has reached it too."""


def act(*arguments: str, on_progress: Callable[[float], None] = lambda _: None) -> Json:
    """The result of an action of the gateway's own program. Raises `CliError` with its message.

    `on_progress` gets the bytes so far of an action that takes long.
    """
    result: Json = _run("services.gateway.admin", *arguments, on_progress=on_progress)
    return result


def findings() -> list[Json]:
    """What the checks of an installation have found."""
    found: list[Json] = _run("shared.doctor")
    return found


def check_store() -> None:
    """Raises `CliError` if the store is of a later version than this code."""
    done = subprocess.run(_command("shared.store"), stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise _error(done.stderr, done.returncode)


def _run(module: str, *arguments: str, on_progress: Callable[[float], None] = lambda _: None) -> Any:
    """The last line that a module prints, as JSON."""
    with tempfile.TemporaryFile("w+", encoding="utf-8") as errors:
        command = _command(module, *arguments)
        with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=errors, text=True) as process:
            assert process.stdout is not None
            try:
                last = _last_line(process.stdout, on_progress)
            except KeyboardInterrupt:
                process.wait(_END_S)
                raise
        if process.returncode:
            errors.seek(0)
            raise _error(errors.read(), process.returncode)
    return json.loads(last)


def _last_line(lines: IO[str], on_progress: Callable[[float], None]) -> str:
    last = ""
    for line in lines:
        if line.startswith('{"progress":'):
            on_progress(float(json.loads(line)["progress"]))
        else:
            last = line
    return last


def _command(module: str, *arguments: str) -> tuple[str, ...]:
    """`-P`: a file in the current directory is never imported in place of a module."""
    return (sys.executable, "-P", "-m", module, *arguments)


def _error(text: str, status: int) -> CliError:
    lines = text.strip().splitlines() or [f"It ended with status {status}."]
    return CliError(lines[-1].removeprefix("sokhan: "))
