"""Backup, verification and restore, as actions of `services.gateway.admin`."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Callable
from pathlib import Path

from shared.backup import restore, restore_secrets, take_backup, verify, write_secrets
from shared.backup.files import Pace
from shared.backup.restoring import RestoreTarget
from shared.backup.taking import BackupSource
from shared.config import Settings
from shared.contracts.errors import Conflict
from shared.env_file import env_file
from shared.files import DataTree
from shared.private_files import make_private
from shared.service.runtime import utc_now
from shared.settings_files import secrets_folder
from shared.tasks import in_thread
from shared.version import sokhan_version

REPORT_S = 0.5
"""Between two lines of progress; each is `{"progress": BYTES}`, before the line of the result."""

BACKUP, VERIFY, RESTORE = "backup", "verify", "restore"
ACTIONS = frozenset({BACKUP, VERIFY, RESTORE})
_DEPLOYED = Path("deploy", "secrets")


def add_parsers(actions: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    taking = actions.add_parser(BACKUP, help="write a backup while the platform runs")
    taking.add_argument("target", type=Path)
    taking.add_argument("--without", action="append", choices=("models", "datasets"), default=[])
    taking.add_argument("--secrets", type=Path)
    actions.add_parser(VERIFY, help="verify a backup").add_argument("backup", type=Path)
    restoring = actions.add_parser(RESTORE, help="restore a backup into an empty installation")
    restoring.add_argument("backup", type=Path)
    restoring.add_argument("--secrets", type=Path)


async def run(given: argparse.Namespace, settings: Settings) -> dict[str, object]:
    """The result of one of `ACTIONS`. Raises the errors of `shared.backup`."""
    data = settings.data.absolute()
    if given.action == VERIFY:
        return await _verify(given.backup)
    if given.action == RESTORE:
        return await _restore(given, settings, data)
    if given.secrets is not None and await asyncio.to_thread(given.secrets.exists):
        raise Conflict(f"{given.secrets} exists already.", hint="Give the name of a file that does not exist yet.")
    source = BackupSource(DataTree(data), settings.store.reveal(), sokhan_version(), utc_now, Progress())
    taken = await take_backup(source, given.target, given.without)
    secrets: list[str] = []
    if given.secrets is not None:
        secrets = await asyncio.to_thread(write_secrets, given.secrets.absolute(), data, env_file(), _secrets_folder())
    return {
        "backup": str(taken.path),
        "files": taken.files,
        "bytes": taken.bytes,
        "leftOut": [left.model_dump() for left in taken.left_out],
        "missing": list(taken.missing),
        "unsettled": list(taken.unsettled),
        "damaged": list(taken.damaged),
        "secrets": secrets,
    }


class Progress:
    """Prints the bytes so far, for the command line."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._next = clock() + REPORT_S

    def __call__(self, size: int) -> None:
        if self._clock() >= self._next:
            self._next = self._clock() + REPORT_S
            sys.stdout.write(json.dumps({"progress": size}) + "\n")
            sys.stdout.flush()


async def _verify(backup: Path) -> dict[str, object]:
    pace = Pace(Progress())
    found = await in_thread(lambda: verify(backup, pace), pace.stop)
    return {
        "backup": str(backup),
        "createdAt": found.header.created_at.isoformat(),
        "sokhan": found.header.sokhan,
        "storeVersion": found.header.store_version,
        "files": found.files,
        "bytes": found.bytes,
        "documents": found.documents,
    }


async def _restore(given: argparse.Namespace, settings: Settings, data: Path) -> dict[str, object]:
    done = await restore(given.backup, RestoreTarget(data, settings.store.reveal(), report=Progress()))
    secrets: list[str] = []
    if given.secrets is not None:
        folder = _DEPLOYED if _DEPLOYED.parent.is_dir() else None
        secrets = await asyncio.to_thread(restore_secrets, given.secrets, data, folder)
    await asyncio.to_thread(make_private, data, settings.umask)
    return {
        "data": str(data),
        "files": done.files,
        "bytes": done.bytes,
        "documents": done.documents,
        "leftOut": [left.model_dump() for left in done.left_out],
        "secrets": secrets,
    }


def _secrets_folder() -> Path | None:
    """`deploy/secrets` of the current directory, else the folder of secrets as files."""
    return _DEPLOYED if _DEPLOYED.is_dir() else secrets_folder()
