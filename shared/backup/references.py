"""The units that documents of the store name: what the store says is in the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from shared.backup.documents import read_pages
from shared.backup.files import member_lines
from shared.backup.index import STORE, BackupMember
from shared.contracts.kinds import SCAN, SPEECH
from shared.contracts.states import JobState
from shared.store import Document

_CANCELLED = JobState.CANCELLED.value
_OPEN = frozenset({JobState.QUEUED.value, JobState.RUNNING.value, JobState.PAUSED.value})


def named_units(backup: Path, members: list[BackupMember]) -> set[str]:
    """The units that the documents of a backup name. Blocking."""
    found: set[str] = set()
    for member in members:
        collection = member.path.removeprefix(f"{STORE}/").removesuffix(".jsonl")
        if collection not in _NAMING:
            continue
        with member_lines(backup, member) as file:
            for page in read_pages(file, collection):
                for document in page:
                    found.update(_NAMING[collection](document))
    return found


def _asset(document: Document) -> Iterator[str]:
    # One in download, or with an error, may lack files on the running platform too.
    if document.get("status") == "ready":
        yield str(document["path"])


def _checkpoint(document: Document) -> Iterator[str]:
    yield f"checkpoints/{document['run']}/{document['step']}"


def _render(document: Document) -> Iterator[str]:
    if document.get("state") != _CANCELLED:
        yield f"audio/renders/{document['id']}"


def _scan(document: Document) -> Iterator[str]:
    spec = document.get("spec")
    task = spec.get("task") if isinstance(spec, dict) else None
    if document.get("state") in _OPEN and isinstance(task, dict) and task.get("action") == "import":
        yield f"uploads/{task['upload']}"


_NAMING = {"assets": _asset, "checkpoints": _checkpoint, SPEECH.collection: _render, SCAN.collection: _scan}
