"""The settings, loaded by a process that has no others."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from tests.support.processes import ROOT


def env_file(tmp_path: Path) -> Path:
    """The file that `start` reads, in its data folder."""
    (tmp_path / "d").mkdir(exist_ok=True)
    return tmp_path / "d" / ".env"


def start(tmp_path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    code = "from shared.config import load_settings; print(load_settings().store)"
    return subprocess.run(
        [sys.executable, "-c", code],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), "SOKHAN_DATA": str(tmp_path / "d"), **environment},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
