"""The address that links in invitations and the first start's message carry."""

from __future__ import annotations

import pytest

from services.gateway.accounts.service import address_of
from shared.config import Settings


@pytest.mark.parametrize(
    ("host", "address"),
    [
        ("0.0.0.0", "http://127.0.0.1:8080"),
        ("::", "http://127.0.0.1:8080"),
        ("192.168.1.5", "http://192.168.1.5:8080"),
        ("lab.local", "http://lab.local:8080"),
    ],
)
def test_a_link_names_an_address_that_a_browser_can_open(host: str, address: str) -> None:
    assert address_of(Settings(auth="accounts", host=host, port=8080)) == address
