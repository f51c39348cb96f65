"""What a verification found wrong, kept beside the manifest so that it survives a restart.

`<folder>/.sokhan-damaged.json` names each file whose content was wrong, with the size and the time it had then. A file
that has another size or time now was replaced, and is believed again; missing files and wrong sizes need no note: any
look at the folder shows them.
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
    """Remember the damage, or that there is none any more. Blocking.

    A damaged file gets a new modification time: its old one says to the downloader, and to the Hub's own client, that
    the file is as it was installed, and neither would fetch it again.
    """
    notes: list[_DamageEntry] = []
    for file in damaged:
        if file.problem not in {"content", "unreadable"}:
            continue
        path = folder / file.path
        try:
            if file.problem == "content":
                os.utime(path, (now, now))
            status = path.stat()
        except OSError:
            continue  # gone meanwhile, which any look shows
        notes.append(
            _DamageEntry(path=file.path, problem=file.problem, size=status.st_size, mtime_ns=status.st_mtime_ns)
        )
    if notes:
        write_atomic(
            folder / DAMAGED, _DamageRecord(files=tuple(notes)).model_dump_json(by_alias=True, indent=1).encode()
        )
    else:
        (folder / DAMAGED).unlink(missing_ok=True)


def recorded_damage(folder: Path, files: Mapping[str, FileStatus]) -> list[str]:
    """The files that a verification found damaged and that nobody has replaced since. Blocking."""
    return [
        note.path
        for note in _read(folder)
        if (now := files.get(note.path)) is not None
        and (now.size, now.mtime_ns) == (note.size, note.mtime_ns)
        and not (note.problem == "unreadable" and os.access(folder / note.path, os.R_OK, effective_ids=True))
    ]


def _read(folder: Path) -> tuple[_DamageEntry, ...]:
    path = folder / DAMAGED
    try:
        if path.stat().st_size > _MAX_BYTES:
            return ()
        return _DamageRecord.model_validate_json(path.read_bytes()).files
    except (OSError, ValidationError):
        return ()
