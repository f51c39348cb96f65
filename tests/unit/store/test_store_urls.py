"""A wrong store URL stops the start with one sentence that names the mistake and keeps the password."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from shared.store import open_store


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("", "no scheme"),
        ("data/store.db", "no scheme"),
        ("sqlite:/store.db", "no scheme"),
        ("postgres://user:hunter2@host/db", "begins with 'postgres'"),
        ("sqlite://store.db", "three slashes"),
        ("sqlite:///", "name a file"),
        ("sqlite:///folder/", "name a file"),
        ("sqlite:///:memory:", "name a file"),
        ("sqlite:///store.db?mode=ro", "name a file"),
        ("mongodb://", "names no MongoDB host"),
        ("mongodb://user:hunter2@/db", "names no MongoDB host"),
        ("mongodb://user:hunter2@host:port/db", "at host:port is not valid"),
        ("mongodb://user:hunter2@host/db?authMechanism=oops", "at host is not valid"),
        ("mongodb://user:hunter2@host/db?tls=ture", "at host is not valid"),
        ("mongodb://user:hunter2/3@host/db", "at host is not valid"),
        ("mongodb://user:hunter2@3@host/db", "at host is not valid"),
    ],
)
async def test_a_wrong_url_is_refused(url: str, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence) as caught:
        await open_store(url)
    assert "hunter2" not in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.__cause__ is None


async def test_a_relative_path_is_relative_and_its_folder_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store = await open_store("sqlite:///data/new/store.db")
    await store.close()
    assert (tmp_path / "data" / "new" / "store.db").is_file()


def test_a_box_on_sqlite_never_imports_the_mongo_driver(tmp_path: Path) -> None:
    program = (
        "import asyncio, sys, shared.store as s\n"
        f"asyncio.run(s.open_store('sqlite:///{tmp_path}/store.db'))\n"
        "print('pymongo' in sys.modules)\n"
    )
    root = Path(__file__).parents[3]
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=root, capture_output=True, text=True, timeout=30, check=True
    )
    assert done.stdout == "False\n"
