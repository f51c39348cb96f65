"""Secrets are in a file of their own, which only its owner can read."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from shared.backup import BadBackup, restore_secrets, write_secrets
from shared.contracts.errors import Conflict, NotFound


def data_folder(root: Path) -> Path:
    (root / "run").mkdir(parents=True)
    (root / ".env").write_text("SOKHAN_PORT=1\n")
    (root / "secret.key").write_bytes(b"k" * 64)
    (root / "run" / "nats-events").write_text("password")
    return root


def test_what_was_secret_is_there_again(tmp_path: Path) -> None:
    data, deployed = data_folder(tmp_path / "data"), tmp_path / "deploy"
    deployed.mkdir()
    (deployed / "token").write_text("t\n")
    before = os.umask(0)
    try:
        names = write_secrets(tmp_path / "secrets", data, data / ".env", deployed)
    finally:
        os.umask(before)
    assert names == [".env", "secret.key", "run/nats-events", "secrets/token"]
    assert (tmp_path / "secrets").stat().st_mode & 0o777 == 0o600
    there = tmp_path / "there"
    there.mkdir()
    (there / ".env").write_text("mine")
    written = restore_secrets(tmp_path / "secrets", there, tmp_path / "deploy-there")
    assert (there / ".env").read_text() == "mine"
    assert (there / "secret.key").read_bytes() == b"k" * 64
    assert (there / "secret.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "deploy-there" / "token").read_text() == "t\n"
    assert len(written) == 3


def test_a_file_that_exists_is_not_replaced(tmp_path: Path) -> None:
    data = data_folder(tmp_path / "data")
    (tmp_path / "secrets").write_text("mine")
    with pytest.raises(Conflict, match="exists already"):
        write_secrets(tmp_path / "secrets", data, data / ".env", None)
    assert (tmp_path / "secrets").read_text() == "mine"
    with pytest.raises(NotFound, match="no secrets"):
        write_secrets(tmp_path / "other", tmp_path / "empty", tmp_path / "empty" / ".env", None)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("not json", "is not a file of secrets"),
        (json.dumps({"data": {"../../evil": "YQ=="}}), "no secret of Sokhan"),
        (json.dumps({"secrets": {"../evil": "YQ=="}}), "outside of its folder"),
        (json.dumps({"secrets": {"token": "%%%"}}), "is not a file of secrets"),
    ],
)
def test_a_hostile_file_is_refused(tmp_path: Path, content: str, sentence: str) -> None:
    (tmp_path / "secrets").write_text(content)
    with pytest.raises(BadBackup, match=sentence):
        restore_secrets(tmp_path / "secrets", tmp_path / "there", tmp_path / "deploy")
    assert not (tmp_path / "there").exists()
    assert not (tmp_path / "evil").exists()
