"""A durable MongoDB-speaking server as a process that can be killed: SecantusDB, from a virtual environment of its own.

No MongoDB server can be installed from a package index. SecantusDB (GPL-2, a tool of this test only) speaks its wire
protocol over WiredTiger; it has no elections, so those are not tried here.
"""

from __future__ import annotations

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.processes import ROOT, free_port, listens, wait_until

PROGRAM = ROOT / ".venv-secantus/bin/secantusd-py"


@dataclass
class MongoServer:
    """The port and the folder stay the same over a restart."""

    folder: Path
    port: int = field(default_factory=free_port)
    process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"mongodb://127.0.0.1:{self.port}/sokhan?directConnection=true"

    def start(self) -> None:
        command = [str(PROGRAM), "--host", "127.0.0.1", "--port", str(self.port), "--sync-on-commit", "--standalone"]
        command += ["--storage-path", str(self.folder / "mongo")]
        with (self.folder / "mongo.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdout=log, stderr=log, cwd=self.folder)
        wait_until(lambda: listens(self.port), 30, "the MongoDB-speaking server listens")

    def kill(self) -> None:
        if self.process is not None:
            self.process.kill()
            self.process.wait(10)
            self.process = None
