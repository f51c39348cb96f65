from __future__ import annotations

from collections.abc import Iterator

import httpx2
import pytest

from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.hub import TestHub, running_hub


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture(scope="module")
def strict(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[GatewayApp]:
    """The default limits: catalog entries only, one download per user. No worker: jobs stay queued."""
    environment = {
        "SOKHAN_UNLISTED_DOWNLOADS": "false",
        "SOKHAN_DOWNLOADS_PER_USER": "1",
        "SOKHAN_PROXY_MAX_BYTES": "300000",
        "SOKHAN_PROXY_SECONDS": "20",
        "HF_ENDPOINT": hub.url,
    }
    with gateway_app(tmp_path_factory.mktemp("strict"), environment) as built:
        yield built


@pytest.fixture(scope="module")
def gateway(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[GatewayApp]:
    """Without limits, as the end-to-end tests have it."""
    with gateway_app(tmp_path_factory.mktemp("gateway"), {"HF_ENDPOINT": hub.url}) as built:
        yield built


@pytest.fixture
def client(gateway: GatewayApp) -> Iterator[httpx2.Client]:
    with gateway.client() as made:
        yield made
