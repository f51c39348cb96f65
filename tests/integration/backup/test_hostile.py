"""Damaged and hostile backups: a sentence, and nothing is written."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from shared.backup import BadBackup, restore, verify
from shared.backup.index import INDEX
from shared.contracts.errors import NoSpace
from tests.support.installation import Installation

Spoil = Callable[[Path], None]
MODEL = {"config.json": b"{}", "model.safetensors": b"x" * 3000}
VOICE = "data/models/ns/voice/model.safetensors"


@pytest.fixture
async def backup(here: Installation, tmp_path: Path) -> Path:
    here.asset("ns/voice", MODEL)
    await here.listed("ns/voice")
    await here.back_up(tmp_path / "b")
    return tmp_path / "b"


@pytest.fixture
def there(tmp_path: Path) -> Installation:
    made = Installation(tmp_path / "there", f"sqlite:///{tmp_path / 'there' / 'data' / 'sokhan.db'}")
    made.tree.prepare()
    return made


def lines_of(backup: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (backup / INDEX).read_text().splitlines()]


def write_lines(backup: Path, lines: list[dict[str, object]]) -> None:
    """An index with a true end: whoever can write a backup can do so."""
    text = "".join(json.dumps(line, separators=(",", ":")) + "\n" for line in lines)
    end = {"members": len(lines) - 1, "sha256": hashlib.sha256(text.encode()).hexdigest()}
    (backup / INDEX).write_text(text + json.dumps(end, separators=(",", ":")) + "\n")


def with_member(path: str, content: bytes = b"owned") -> Spoil:
    def spoil(backup: Path) -> None:
        member = {"path": path, "size": len(content), "sha256": hashlib.sha256(content).hexdigest(), "mtime_ns": 0}
        write_lines(backup, [*lines_of(backup)[:-1], member])

    return spoil


def with_file(path: str, content: bytes) -> Spoil:
    def spoil(backup: Path) -> None:
        (backup / path).parent.mkdir(parents=True, exist_ok=True)
        (backup / path).write_bytes(content)
        lines = [line for line in lines_of(backup)[:-1] if line.get("path") != path]
        write_lines(backup, lines)
        with_member(path, content)(backup)

    return spoil


def flip(path: str) -> Spoil:
    def spoil(backup: Path) -> None:
        content = bytearray((backup / path).read_bytes())
        content[len(content) // 2] ^= 1
        (backup / path).write_bytes(content)

    return spoil


def cut(path: str) -> Spoil:
    return lambda backup: os.truncate(backup / path, (backup / path).stat().st_size // 2)


def link(path: str, target: str) -> Spoil:
    def spoil(backup: Path) -> None:
        (backup / path).unlink()
        (backup / path).symlink_to(target)

    return spoil


def linked_folder(backup: Path) -> None:
    (backup / "data" / "models" / "ns").rename(backup / "elsewhere")
    (backup / "data" / "models" / "ns").symlink_to(backup / "elsewhere")


def pipe(backup: Path) -> None:
    (backup / VOICE).unlink()
    os.mkfifo(backup / VOICE)


def huge(backup: Path) -> None:
    """A sparse file of a terabyte, whose index is right but for the hash."""
    os.truncate(backup / VOICE, 10**12)
    lines = lines_of(backup)[:-1]
    write_lines(backup, [{**line, "size": 10**12} if line.get("path") == VOICE else line for line in lines])


def newer(field: str, value: object) -> Spoil:
    def spoil(backup: Path) -> None:
        head, *members = lines_of(backup)[:-1]
        write_lines(backup, [{**head, field: value}, *members])

    return spoil


DOCUMENT = b'{"id":"\'s"}\n'
SPOILED: dict[str, tuple[Spoil, str]] = {
    "a path with two dots": (with_member("data/../../evil"), "outside of its folders"),
    "an absolute path": (with_member("/etc/cron.d/evil"), "outside of its folders"),
    "a backslash": (with_member("data\\..\\evil"), "outside of its folders"),
    "a path that is not normal": (with_member("data/./models/x"), "outside of its folders"),
    "a drive": (with_member("c:/data/evil"), "outside of its folders"),
    "another top": (with_member("index.jsonl"), "outside of its folders"),
    "a file of settings": (with_file("data/.env", b"SOKHAN_AUTH=off"), "that no backup holds"),
    "a store's file": (with_file("data/sokhan.db", b"SQLite format 3"), "that no backup holds"),
    "a lock": (with_file("data/run/up.json", b"{}"), "that no backup holds"),
    "a file twice": (with_member(VOICE), "twice"),
    "a file and a folder": (with_member(f"{VOICE}/below"), "a file and a folder"),
    "a file that is missing": (with_member("data/models/ns/voice/more.bin"), "lacks"),
    "a changed byte": (flip(VOICE), "is damaged"),
    "a file that is cut": (cut(VOICE), "another size"),
    "a changed byte of the index": (flip(INDEX), "index of the backup"),
    "an index that is cut": (cut(INDEX), "index of the backup"),
    "an empty index": (lambda backup: os.truncate(backup / INDEX, 0), "cut off"),
    "no index": (lambda backup: (backup / INDEX).unlink(), "not a complete backup"),
    "a link": (link(VOICE, "/etc/passwd"), "cannot be read"),
    "a link as the index": (link(INDEX, "/etc/passwd"), "cannot be read"),
    "a linked folder": (linked_folder, "cannot be read"),
    "a pipe": (pipe, "cannot be read"),
    "a newer store": (newer("store_version", 99), "a store of version 99"),
    "a newer format": (newer("format", 2), "has format 2"),
    "an unknown collection": (with_file("store/passwords.jsonl", DOCUMENT), "does not know"),
    "the store's own version": (with_file("store/meta.jsonl", DOCUMENT), "does not know"),
    "a document that is none": (with_file("store/settings.jsonl", b"[1]\n"), "not a document"),
    "a document without an end": (with_file("store/settings.jsonl", DOCUMENT[:-1]), "not a document"),
    "a document without an id": (with_file("store/settings.jsonl", b'{"a":1}\n'), "needs an `id`"),
    "a document of many levels": (with_file("store/settings.jsonl", b'{"id":"\'s","a":' + b"[" * 9000), "not a docu"),
    "an operator for a key": (with_file("store/settings.jsonl", b'{"id":"\'s","$where":1}\n'), "without `\\$`"),
}


@pytest.mark.parametrize("case", SPOILED)
async def test_it_is_refused_with_a_sentence_and_nothing_is_written(
    case: str, backup: Path, there: Installation
) -> None:
    spoil, sentence = SPOILED[case]
    spoil(backup)
    before = there.files()
    with pytest.raises(BadBackup, match=sentence):
        verify(backup)
    with pytest.raises(BadBackup, match=sentence):
        await restore(backup, there.target)
    assert there.files() == before
    assert not (there.tree.root / "sokhan.db").exists()


async def test_a_terabyte_that_the_disk_has_no_room_for_is_refused_unread(backup: Path, there: Installation) -> None:
    huge(backup)
    with pytest.raises(NoSpace, match=r"1000\.00 GB"):
        await restore(backup, there.target)
    assert there.files() == {}


async def test_a_folder_that_is_no_backup(tmp_path: Path, there: Installation) -> None:
    with pytest.raises(BadBackup, match="not a complete backup"):
        await restore(tmp_path / "nothing", there.target)


async def test_files_that_the_index_does_not_name_are_ignored(backup: Path, there: Installation) -> None:
    (backup / "data" / "models" / "ns" / "voice" / ".DS_Store").write_bytes(b"mac")
    (backup / "notes.txt").write_text("mine")
    await restore(backup, there.target)
    assert set(there.files()) == {
        f"models/ns/voice/{name}" for name in ("config.json", "model.safetensors", "sokhan.json")
    }
