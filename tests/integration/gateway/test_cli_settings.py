"""`sokhan limit --all`."""

from __future__ import annotations

import json

from tests.support.command_in_process import sokhan_in_process
from tests.support.gateway_app import GatewayApp
from tests.support.sources import data


def test_the_cap_on_all_downloads_is_a_setting(gateway: GatewayApp) -> None:
    assert "All downloads together: 2.0 MB/s" in sokhan_in_process(gateway, "limit", "--all", "2M").stdout
    assert data(gateway, "GET", "/api/settings")["downloadBandwidth"] == 2_000_000
    unlimited = sokhan_in_process(gateway, "limit", "--all", "none", "--json")
    assert json.loads(unlimited.stdout)["downloadBandwidth"] is None
