"""The `sokhan` command against a platform of the tests."""

from __future__ import annotations

import os
import subprocess
import sys

from tests.support.platform import Platform
from tests.support.processes import ROOT


def sokhan_command(built: Platform, *arguments: str, limit: float = 120) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "cli.main", *arguments],
        cwd=built.folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "SOKHAN_URL": built.url, "SOKHAN_PATIENCE": "20"},
        capture_output=True,
        text=True,
        timeout=limit,
        check=False,
    )
