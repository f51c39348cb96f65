"""Actions on the machine itself: they run in a program of the platform, because the client knows no store."""

from __future__ import annotations

import json
import subprocess
import sys

from cli.client import Json
from cli.errors import CliError

_PROGRAM = "services.gateway.admin"


def act(*arguments: str) -> Json:
    """The result of an action of the gateway's own program. Raises `CliError` with its message."""
    command = (sys.executable, "-P", "-m", _PROGRAM, *arguments)
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"It ended with status {done.returncode}."]
        raise CliError(lines[-1].removeprefix("sokhan: "))
    result: Json = json.loads(done.stdout.splitlines()[-1])
    return result
