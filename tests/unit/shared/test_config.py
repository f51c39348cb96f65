"""A wrong setting stops the start with one sentence that names it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.settings import env_file, start


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SOKHAN_PORT": "99999"}, ("SOKHAN_PORT", "99999")),
        ({"SOKHAN_PORT": "eighty"}, ("SOKHAN_PORT", "eighty")),
        ({"SOKHAN_HOST": "0.0.0.0"}, ("SOKHAN_AUTH=off", "0.0.0.0", "SOKHAN_TOKEN")),
        ({"SOKHAN_AUTH": "token"}, ("SOKHAN_TOKEN",)),
        ({"SOKHAN_AUTH": "token", "SOKHAN_TOKEN": "short"}, ("SOKHAN_TOKEN", "128")),
        ({"SOKHAN_AUTH": "ldap"}, ("SOKHAN_AUTH", "accounts")),
        ({"SOKHAN_AUTH": "accounts", "SOKHAN_TOKEN": "short"}, ("SOKHAN_TOKEN", "128")),
        ({"SOKHAN_REGISTRATION": "friends"}, ("SOKHAN_REGISTRATION", "invitation")),
        ({"SOKHAN_PUBLIC_URL": "sokhan.example.org"}, ("SOKHAN_PUBLIC_URL", "http")),
        ({"SOKHAN_SECRET_KEY_PREVIOUS": "short"}, ("SOKHAN_SECRET_KEY_PREVIOUS", "16")),
        ({"SOKHAN_TRUSTED_PROXIES": "*"}, ("SOKHAN_TRUSTED_PROXIES", "10.0.0.0/8")),
        ({"HF_ENDPOINT": "ftp://x"}, ("HF_ENDPOINT", "http")),
        ({"SOKHAN_NATS_URL": "localhost"}, ("SOKHAN_NATS_URL", "nats://")),
        ({"SOKHAN_DATA": "/proc/nowhere"}, ("SOKHAN_DATA", "/proc/nowhere")),
        ({"SOKHAN_LEASE_SECONDS": "0"}, ("SOKHAN_LEASE_SECONDS",)),
        ({"SOKHAN_OBJECTS": "https://bucket"}, ("SOKHAN_OBJECTS", "s3://sokhan/data")),
        ({"SOKHAN_OBJECTS": "s3://b/../c"}, ("SOKHAN_OBJECTS", "s3://sokhan/data")),
        ({"SOKHAN_OBJECTS_ENDPOINT": "minio:9000"}, ("SOKHAN_OBJECTS_ENDPOINT", "http")),
        ({"SOKHAN_REMOTE": "true"}, ("SOKHAN_REMOTE", "SOKHAN_OBJECTS")),
        (
            {"SOKHAN_OBJECTS": "s3://sokhan", "SOKHAN_OBJECTS_KEY_ID": "a"},
            ("SOKHAN_OBJECTS_KEY_ID", "SOKHAN_OBJECTS_SECRET_KEY"),
        ),
    ],
)
def test_one_sentence_names_it(tmp_path: Path, environment: dict[str, str], words: tuple[str, ...]) -> None:
    done = start(tmp_path, **environment)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_a_secret_is_not_shown_in_the_sentence(tmp_path: Path) -> None:
    assert "short" not in start(tmp_path, SOKHAN_AUTH="token", SOKHAN_TOKEN="short").stderr


def test_a_secret_file_that_cannot_be_read_is_named_without_its_content(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "sokhan_nats_password").write_bytes(b"hush\xff")
    done = start(tmp_path, SOKHAN_SECRETS_DIR=str(secrets))
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert f"SOKHAN_NATS_PASSWORD: the file {secrets}/sokhan_nats_password" in done.stderr
    assert "hush" not in done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads every file")
def test_a_secret_file_of_another_user_is_named(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "sokhan_token").touch(mode=0)
    done = start(tmp_path, SOKHAN_SECRETS_DIR=str(secrets))
    assert done.returncode == 2
    assert "sokhan_token cannot be read: Permission denied" in done.stderr


def test_the_embedded_store_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert start(tmp_path).stdout.strip() == f"sqlite:///{tmp_path / 'd' / 'sokhan.db'}"


def test_a_file_in_the_current_directory_is_reported_and_not_read(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text("SOKHAN_STORE_URL=sqlite:////elsewhere.db\n")
    done = start(tmp_path)
    assert done.stdout.strip() == f"sqlite:///{tmp_path / 'd' / 'sokhan.db'}"
    assert "./.env is not read" in done.stderr
    assert str(env_file(tmp_path)) in done.stderr
    assert "SOKHAN_ENV_FILE" in done.stderr
    (tmp_path / ".env").write_text("COMPOSE_PROJECT_NAME=other\n")  # another program's
    assert start(tmp_path).stderr == ""


def test_a_named_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "mine").write_text("SOKHAN_STORE_URL=sqlite:////elsewhere.db\n")
    env_file(tmp_path).write_text("SOKHAN_STORE_URL=sqlite:////not-this.db\n")
    assert start(tmp_path, SOKHAN_ENV_FILE="mine").stdout.strip() == "sqlite:////elsewhere.db"
    missing = start(tmp_path, SOKHAN_ENV_FILE="missing")
    assert (missing.returncode, missing.stderr) == (2, "sokhan: SOKHAN_ENV_FILE=missing does not exist.\n")
    assert start(tmp_path, SOKHAN_ENV_FILE="/dev/null").stdout.strip().endswith("sokhan.db")


def test_secrets_come_from_files(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "sokhan_store_url").write_text("sqlite:////secret.db\n")
    (secrets / "hf_token").write_text("")
    assert start(tmp_path, SOKHAN_SECRETS_DIR=str(secrets)).stdout.strip() == "sqlite:////secret.db"
    environment = {"SOKHAN_SECRETS_DIR": str(secrets), "SOKHAN_STORE_URL": "sqlite:////environment.db"}
    assert start(tmp_path, **environment).stdout.strip() == "sqlite:////environment.db"
