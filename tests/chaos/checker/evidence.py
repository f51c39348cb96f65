"""Reads what a run leaves: the history, the store, the disk, the subscribers' logs. It uses no code of the platform.

The store is read with Python's own sqlite3. A string in a document begins with a character for its kind: ' text, @ a
time, ? a truth value (shared/store/codec.py describes the format).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from pymongo import MongoClient

from tests.chaos.history import read_lines

Document = dict[str, object]
COLLECTIONS = {"download": "downloads", "training": "training_runs", "render": "renders", "upload": "scans"}


@dataclass
class Operation:
    """One operation of the load, from its lines in the history. `end`: ok, fail or unknown."""

    op: str
    kind: str
    account: str
    expect: Document
    end: str = "unknown"
    details: Document = field(default_factory=dict)

    @property
    def job(self) -> str | None:
        found = self.details.get("job")
        return found if isinstance(found, str) else None


@dataclass
class Evidence:
    """`jobs` by kind of the load and id; `events`: the lines of each subscriber; `processes`: see `__main__.py`."""

    data: Path
    operations: list[Operation]
    jobs: dict[str, dict[str, Document]]
    metrics: dict[str, list[int]]
    events: dict[str, list[Document]]
    processes: Document = field(default_factory=dict)


def read_evidence(folder: Path, data: Path, mongo: str | None = None) -> Evidence:
    """`mongo`: the URL of the store, if it is not SQLite in the data folder."""
    processes = folder / "processes.json"
    with _mongo_reader(mongo) if mongo else _sqlite_reader(data / "sokhan.db") as documents:
        jobs = {kind: {str(d["id"]): d for d in documents(name)} for kind, name in COLLECTIONS.items()}
        metrics: dict[str, list[int]] = {}
        for row in documents("training_metrics"):
            step = row["step"]
            assert isinstance(step, int)
            metrics.setdefault(str(row["run"]), []).append(step)
    return Evidence(
        data=data,
        operations=read_operations(folder / "history.jsonl"),
        jobs=jobs,
        metrics=metrics,
        events={path.stem: list(read_lines(path)) for path in sorted(folder.glob("events-*.jsonl"))},
        processes=json.loads(processes.read_text()) if processes.exists() else {},
    )


@contextmanager
def _sqlite_reader(database: Path) -> Iterator[Callable[[str], list[Document]]]:
    with closing(sqlite3.connect(f"file:{database}?mode=ro", uri=True, timeout=30)) as store:
        yield lambda collection: _documents(store, collection)


@contextmanager
def _mongo_reader(url: str) -> Iterator[Callable[[str], list[Document]]]:
    client: MongoClient[Document] = MongoClient(url, serverSelectionTimeoutMS=20_000)
    with closing(client):
        database = client.get_default_database()
        yield lambda collection: [{**d, "id": d.get("id", d["_id"])} for d in database[collection].find()]


def read_operations(path: Path) -> list[Operation]:
    found: dict[str, Operation] = {}
    for line in read_lines(path):
        op = str(line["op"])
        if line["step"] == "invoke":
            expect = line["expect"]
            assert isinstance(expect, dict)
            found[op] = Operation(op, str(line["kind"]), str(line["account"]), expect)
        else:
            found[op].end = str(line["step"])
            found[op].details = line
    return list(found.values())


def _documents(store: sqlite3.Connection, collection: str) -> list[Document]:
    rows = store.execute(f'SELECT doc FROM "{collection}"').fetchall()
    return [document for (text,) in rows if isinstance(document := decoded(json.loads(text)), dict)]


def decoded(value: object) -> object:
    match value:
        case dict():
            return {name: decoded(each) for name, each in value.items()}
        case list():
            return [decoded(each) for each in value]
        case str() if value[:1] == "?":
            return value == "?true"
        case str():
            return value[1:]
    return value
