"""The record of a verification's damaged files, stored with the manifest so that it survives a restart.

`<folder>/.sokhan-damaged.json` lists each file with wrong content, with its size and modification time. A file with
another size or time was replaced, and is trusted again. Missing files and wrong sizes need no record: every scan finds
them.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from services.scanner.content import FileStatus
from shared.contracts.kinds.scan import DamagedFile
from shared.files import write_atomic
from shared.files.members import DAMAGED

_MAX_BYTES = 1024 * 1024


class _DamageEntry(BaseModel):
    path: str
    problem: Literal["content", "unreadable"]
    size: int
    mtime_ns: int


class _DamageRecord(BaseModel):
    model_config = ConfigDict(populate_by_name=True)

    schema_: Literal["sokhan-damaged/1"] = Field("sokhan-damaged/1", alias="schema")
    files: tuple[_DamageEntry, ...] = ()


def record_damage(folder: Path, damaged: Sequence[DamagedFile], now: float) -> None:
    """Write the record, or remove it if nothing is damaged. Blocking. `now` in seconds since the epoch.

    A damaged file gets a new modification time: by the old one the downloader and the Hub's own client would take it
    for unchanged and not fetch it again.
    """
    entries: list[_DamageEntry] = []
    for file in damaged:
        if file.problem not in {"content", "unreadable"}:
            continue
        path = folder / file.path
        try:
            if file.problem == "content":
                os.utime(path, (now, now), follow_symlinks=False)
            status = path.stat()
        except OSError:
            continue  # removed meanwhile, which every scan finds
        entries.append(
            _DamageEntry(path=file.path, problem=file.problem, size=status.st_size, mtime_ns=status.st_mtime_ns)
        )
    if entries:
        write_atomic(
            folder / DAMAGED, _DamageRecord(files=tuple(entries)).model_dump_json(by_alias=True, indent=1).encode()
        )
    else:
        (folder / DAMAGED).unlink(missing_ok=True)


def recorded_damage(folder: Path, files: Mapping[str, FileStatus]) -> list[str]:
    """The recorded files that were not replaced since. Blocking."""
    return [
        entry.path
        for entry in _read(folder)
        if (status := files.get(entry.path)) is not None
        and (status.size, status.mtime_ns) == (entry.size, entry.mtime_ns)
        and not (entry.problem == "unreadable" and os.access(folder / entry.path, os.R_OK, effective_ids=True))
    ]


def _read(folder: Path) -> tuple[_DamageEntry, ...]:
    path = folder / DAMAGED
    try:
        if path.stat().st_size > _MAX_BYTES:
            return ()
        return _DamageRecord.model_validate_json(path.read_bytes()).files
    except (OSError, ValidationError):
        return ()
