"""Assets that are not installed."""

from __future__ import annotations

import pytest

from tests.support.gateway_app import GatewayApp
from tests.support.sources import ask, code

INSTALLED = "/api/sources/installed"


@pytest.mark.parametrize("wish", [{"id": "ns/nothing-here"}, {"id": "../../etc", "kind": "model"}])
def test_what_is_not_installed_is_neither_verified_nor_removed(gateway: GatewayApp, wish: dict[str, str]) -> None:
    assert code(ask(gateway, "POST", f"{INSTALLED}/verify", wish)) == (404, "NOT_FOUND")
    assert code(ask(gateway, "DELETE", f"{INSTALLED}/{wish['id'].replace('.', '%2E')}")) == (404, "NOT_FOUND")
