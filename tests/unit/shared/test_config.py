"""A wrong setting stops the start with one sentence that names it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.support.settings import start


@pytest.mark.parametrize(
    ("environment", "words"),
    [
        ({"SOKHAN_PORT": "99999"}, ("SOKHAN_PORT", "99999")),
        ({"SOKHAN_PORT": "eighty"}, ("SOKHAN_PORT", "eighty")),
        ({"SOKHAN_HOST": "0.0.0.0"}, ("SOKHAN_AUTH=off", "0.0.0.0", "SOKHAN_TOKEN")),
        ({"SOKHAN_AUTH": "token"}, ("SOKHAN_TOKEN",)),
        ({"SOKHAN_AUTH": "token", "SOKHAN_TOKEN": "short"}, ("SOKHAN_TOKEN", "128")),
        ({"SOKHAN_AUTH": "accounts"}, ("SOKHAN_AUTH", "accounts")),
        ({"HF_ENDPOINT": "ftp://x"}, ("HF_ENDPOINT", "http")),
        ({"SOKHAN_NATS_URL": "localhost"}, ("SOKHAN_NATS_URL", "nats://")),
        ({"SOKHAN_DATA": "/proc/nowhere"}, ("SOKHAN_DATA", "/proc/nowhere")),
        ({"SOKHAN_LEASE_SECONDS": "0"}, ("SOKHAN_LEASE_SECONDS",)),
    ],
)
def test_one_sentence_names_it(tmp_path: Path, environment: dict[str, str], words: tuple[str, ...]) -> None:
    done = start(tmp_path, **environment)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert all(word in done.stderr for word in words), done.stderr


def test_a_secret_is_not_shown_in_the_sentence(tmp_path: Path) -> None:
    assert "short" not in start(tmp_path, SOKHAN_AUTH="token", SOKHAN_TOKEN="short").stderr


def test_the_embedded_store_lies_in_the_data_folder(tmp_path: Path) -> None:
    assert start(tmp_path).stdout.strip() == f"sqlite:///{tmp_path / 'd' / 'sokhan.db'}"
