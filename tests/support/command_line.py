"""The `sokhan` command against a platform of the tests."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.platform import Platform
from tests.support.processes import ROOT


def sokhan_command(
    built: Platform, *arguments: str, limit: float = 120, stdin: str = ""
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=built.folder,
        env=environment(built),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )


def sokhan_started(built: Platform, *arguments: str) -> subprocess.Popen[str]:
    """One that is still at it, with its stderr in a pipe."""
    return subprocess.Popen(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=built.folder,
        env=environment(built),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def succeeded(done: subprocess.CompletedProcess[str]) -> str:
    """The stdout of a command that exits with 0."""
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def failed(done: subprocess.CompletedProcess[str]) -> str:
    """The stderr of a command that exits with 1, without a traceback."""
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    return done.stderr


def environment(built: Platform) -> dict[str, str]:
    return {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "SOKHAN_URL": built.url,
        "SOKHAN_PATIENCE": "20",
        "XDG_CONFIG_HOME": str(built.folder / "config"),
    }
