"""Passwords in URLs are printed nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.bus import Bus, BusSettings, BusUnavailable
from shared.config import Settings
from shared.secret_url import SecretUrl
from shared.telemetry import Metrics
from tests.support.settings import start

PASSWORD = "hunter2"


@pytest.mark.parametrize(
    "url",
    [
        f"nats://user:{PASSWORD}@host:4222",
        f"mongodb://user:{PASSWORD}@a:1,b:2/db?x=1",
        f"mongodb://user:p/w@{PASSWORD}@host/db",
        f"nats://{PASSWORD}@host",
        f"nats://user:{PASSWORD}\n@host",
    ],
)
def test_a_url_is_printed_without_its_userinfo(url: str) -> None:
    secret = SecretUrl(url)
    assert PASSWORD not in f"{secret} {secret!r} {[secret]}"
    assert "***@" in str(secret)
    assert secret.reveal() == url


def test_a_dump_of_the_settings_has_no_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("SOKHAN_NATS_URL", "OTEL_EXPORTER_OTLP_ENDPOINT"):
        scheme = "nats" if "NATS" in name else "https"
        monkeypatch.setenv(name, f"{scheme}://user:{PASSWORD}@host:1234")
    monkeypatch.setenv("SOKHAN_STORE_URL", f"mongodb://user:{PASSWORD}@host/db")
    settings = Settings()
    assert settings.nats_url.reveal().startswith(f"nats://user:{PASSWORD}@")
    assert PASSWORD not in f"{settings} {settings!r} {settings.model_dump()} {settings.model_dump_json()}"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SOKHAN_NATS_URL", f"nats://user:{PASSWORD}:x/y@host:z"),
        ("SOKHAN_NATS_URL", f"http://user:{PASSWORD}@host"),
        ("SOKHAN_NATS_URL", f"nats://[user:{PASSWORD}@host"),
        ("SOKHAN_STORE_URL", f"postgres://user:{PASSWORD}@host"),
        ("HTTPS_PROXY", f"http://user:pa/ss{PASSWORD}@host:port"),
        ("HTTPS_PROXY", f"user:{PASSWORD}@host:port"),
        ("HF_ENDPOINT", f"https://user:{PASSWORD}/x@host"),
        ("OTEL_EXPORTER_OTLP_ENDPOINT", f"user:{PASSWORD}@host"),
    ],
)
def test_a_wrong_url_is_named_and_not_quoted(tmp_path: Path, name: str, value: str) -> None:
    done = start(tmp_path, **{name: value})
    assert done.returncode == 2, done.stdout
    assert name in done.stderr
    assert PASSWORD not in done.stderr + done.stdout


def test_an_unreachable_bus_is_reported_without_its_password() -> None:
    settings = BusSettings(f"nats://user:{PASSWORD}@127.0.0.1:9", "test", password=PASSWORD)
    with pytest.raises(BusUnavailable) as caught:
        _ = Bus(settings, Metrics("test")).client
    assert PASSWORD not in f"{caught.value} {caught.value.hint} {settings}"
