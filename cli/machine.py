"""Actions on the machine itself: they run in a program of the platform, because the client knows no store."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

from cli.client import Json
from cli.errors import CliError


def act(*arguments: str) -> Json:
    """The result of an action of the gateway's own program. Raises `CliError` with its message."""
    result: Json = _run("services.gateway.admin", *arguments)
    return result


def findings() -> list[Json]:
    """What the checks of an installation have found."""
    found: list[Json] = _run("shared.doctor")
    return found


def check_store() -> None:
    """Raises `CliError` if the store is of a later version than this code."""
    done = subprocess.run((sys.executable, "-P", "-m", "shared.store"), stderr=subprocess.PIPE, text=True, check=False)
    if done.returncode:
        raise CliError((done.stderr.strip().splitlines() or ["The store cannot be opened."])[-1])


def _run(module: str, *arguments: str) -> Any:
    """The last line that a module prints, as JSON."""
    command = (sys.executable, "-P", "-m", module, *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"It ended with status {done.returncode}."]
        raise CliError(lines[-1].removeprefix("sokhan: "))
    return json.loads(done.stdout.splitlines()[-1])
