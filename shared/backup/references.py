"""The units that documents of the store name: what the store says is in the data folder."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Set as AbstractSet
from pathlib import Path

from shared.backup.documents import read_pages, write_lines
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
        collection = _collection(member)
        if collection not in _NAMING:
            continue
        with member_lines(backup, member) as file:
            for page in read_pages(file, collection):
                for document in page:
                    found.update(_NAMING[collection](document))
    return found


def without_missing(backup: Path, members: list[BackupMember], missing: AbstractSet[str]) -> list[BackupMember]:
    """Drop the records of these units from the documents of a backup. Returns the members anew. Blocking.

    A record of a checkpoint or an asset is nothing without its files; a job stays, whatever has become of its result.
    """
    kept: list[BackupMember] = []
    for member in members:
        collection = _collection(member)
        if collection not in _RECORDS or not missing:
            kept.append(member)
            continue
        with member_lines(backup, member) as file:
            pages = list(read_pages(file, collection))
        named = _NAMING[collection]
        documents = [item for page in pages for item in page if missing.isdisjoint(named(item))]
        (backup / member.path).unlink()
        if (written := write_lines(backup, collection, documents)) is not None:
            kept.append(written)
    return kept


def _collection(member: BackupMember) -> str:
    return member.path.removeprefix(f"{STORE}/").removesuffix(".jsonl")


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
_RECORDS = frozenset({"assets", "checkpoints"})
