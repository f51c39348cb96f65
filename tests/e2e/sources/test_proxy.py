"""`/api/proxy` and a client that disconnects."""

from __future__ import annotations

import socket
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests.support.hub import TestHub
from tests.support.platform import Platform
from tests.support.processes import wait_until
from tests.support.sources import data

CONTENT = bytes(range(256)) * 200


def file_url(hub: TestHub, name: str = "a.bin", repo: str = "ns/proxied") -> str:
    return f"{hub.url}/{repo}/resolve/main/{name}"


@pytest.fixture(autouse=True)
def _file(hub: TestHub) -> None:
    hub.put("ns/proxied", {"a.bin": CONTENT, "small.txt": "سلام".encode()})
    hub.clear()


def test_who_hangs_up_ends_the_transfer_from_the_hub(strict: Platform, hub: TestHub) -> None:
    entry = {"repoId": "ns/proxied", "kind": "tts", "name": {"fa": "پ", "en": "p"}}
    data(strict, "POST", "/api/sources/catalog", entry)
    hub.fault("a.bin", "stall", after=1000)
    path = f"/api/proxy?{urlencode({'url': file_url(hub)})}"
    with socket.create_connection(("127.0.0.1", strict.port), timeout=10) as client:
        client.sendall(f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".encode())
        assert client.recv(64).startswith(b"HTTP/1.1 200")
        under_way = _connections_to_cdn(hub)
        assert under_way > 0
    wait_until(lambda: _connections_to_cdn(hub) < under_way, 10, "the connection to the CDN is closed")


def _connections_to_cdn(hub: TestHub) -> int:
    """Established connections of this machine to the CDN's port."""
    rows = [line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:]]
    return sum(row[2].endswith(f":{hub.port + 1:04X}") and row[3] == "01" for row in rows)
