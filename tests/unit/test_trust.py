"""Clients trust the machine's authorities, read once, and without TLS nobody."""

from __future__ import annotations

import ssl
from pathlib import Path

import pytest

from shared.trust import NOBODY, authorities, machine_authorities
from tests.support.tls import tls_server


def test_an_address_with_tls_is_checked_by_the_machines_authorities() -> None:
    found = authorities("HTTPS://huggingface.co")
    assert found is authorities("https://example.com") is machine_authorities()
    assert (found.verify_mode, found.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_without_tls_nobody_is_trusted() -> None:
    assert authorities("http://127.0.0.1:8080") is NOBODY
    assert NOBODY.get_ca_certs() == []
    assert (NOBODY.verify_mode, NOBODY.check_hostname) == (ssl.CERT_REQUIRED, True)


def test_a_file_of_authorities_takes_the_place_of_the_machines(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with tls_server(tmp_path) as port:
        own = tmp_path / "own.pem"
        own.write_text(ssl.get_server_certificate(("127.0.0.1", port)))
    monkeypatch.setenv("SSL_CERT_FILE", str(own))
    assert machine_authorities.__wrapped__().cert_store_stats()["x509"] == 1
