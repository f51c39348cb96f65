"""Settings as people write them: proxies in odd forms, blank lines, several mistakes at once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from shared.config import Settings
from shared.secret_url import without_userinfo
from tests.support.settings import env_file, start
from tests.support.world import WORLD, rows


@pytest.mark.parametrize(("written", "meant"), rows("settings/proxies.tsv"))
def test_a_proxy_is_understood_or_refused_at_start(
    written: str, meant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HTTPS_PROXY", written)
    if meant.startswith("!"):
        with pytest.raises(ValueError, match=meant[1:]):
            Settings()
    else:
        assert Settings().proxies.https == meant


def test_a_refused_proxy_is_named_without_its_password(tmp_path: Path) -> None:
    done = start(tmp_path, HTTPS_PROXY="http://user:hush#hush@127.0.0.1:port")
    assert done.returncode == 2
    assert "HTTPS_PROXY" in done.stderr
    assert "hush" not in done.stderr


@pytest.mark.parametrize("name", ["HF_ENDPOINT", "SOKHAN_HF_MIRRORS", "SOKHAN_OTLP_ENDPOINT", "SOKHAN_NATS_URL"])
def test_a_password_in_an_address_is_not_printed(tmp_path: Path, name: str) -> None:
    done = start(tmp_path, **{name: "ftp://user:hush@mirror.example"})
    assert "hush" not in done.stderr + done.stdout
    done = start(tmp_path, HF_ENDPOINT="https://user:hush@mirror.example")
    assert done.returncode == 2
    assert "hush" not in done.stderr


def test_proxies_in_the_env_file_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "NO_PROXY", "https_proxy", "http_proxy", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOKHAN_DATA", str(tmp_path))
    (tmp_path / ".env").write_text("ALL_PROXY=socks://127.0.0.1:1080\nNO_PROXY=a.example, b.example\n")
    proxies = Settings().proxies
    assert (proxies.http, proxies.https) == ("socks5://127.0.0.1:1080",) * 2
    assert proxies.bypass == ("a.example", "b.example")


def test_blank_values_mean_not_set(tmp_path: Path) -> None:
    shutil.copy(WORLD / "settings/blank.env", env_file(tmp_path))
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("sqlite:///")


def test_all_wrong_settings_are_reported_together(tmp_path: Path) -> None:
    wrong = {"SOKHAN_PORT": "eighty", "HF_ENDPOINT": "ftp://x", "SOKHAN_LOG_LEVEL": "loud", "HTTPS_PROXY": "socks4://x"}
    done = start(tmp_path, **wrong)
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == len(wrong)
    assert all(name in done.stderr for name in wrong)


def test_no_sentence_about_a_setting_is_the_librarys(tmp_path: Path) -> None:
    wrong = {"SOKHAN_PORT": "99999", "SOKHAN_LOG_LEVEL": "loud", "SOKHAN_AUTH": "x", "SOKHAN_NATS_CREDENTIALS": "/no"}
    done = start(tmp_path, **wrong)
    assert "Input should" not in done.stderr
    assert "Path does not" not in done.stderr
    assert "^(" not in done.stderr


def test_a_password_is_hidden_whatever_it_holds() -> None:
    assert without_userinfo("http://u:p@ss#w@host:1/") == "http://***@host:1/"


def test_an_env_file_of_a_windows_editor_is_read(tmp_path: Path) -> None:
    text = "\ufeffHF_ENDPOINT = https://mirror.example \r\nexport SOKHAN_LOG_LEVEL=WARNING # loud\r\n"
    env_file(tmp_path).write_bytes(text.encode())
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("encoding", ["utf-16", "cp1256"])
def test_an_env_file_in_another_encoding_is_refused_with_a_sentence(tmp_path: Path, encoding: str) -> None:
    env_file(tmp_path).write_bytes("SOKHAN_TOKEN=سلام\n".encode(encoding, "replace"))
    done = start(tmp_path)
    assert (done.returncode, done.stderr) == (
        2,
        f"sokhan: {env_file(tmp_path)} is not UTF-8 text: save it again as UTF-8.\n",
    )


def test_words_among_which_one_chooses_may_be_in_upper_case(tmp_path: Path) -> None:
    done = start(tmp_path, SOKHAN_LOG_LEVEL="WARNING", SOKHAN_AUTH="Off", SOKHAN_LOG_FORMAT="JSON")
    assert (done.returncode, done.stderr) == (0, "")
