from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.hub import TestHub
from tests.support.platform import Platform, platform
from tests.support.processes import wait_until
from tests.support.sources import STRICT, seeded


@pytest.fixture(scope="session")
def strict(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[Platform]:
    """A gateway as it is without settings: only the catalog, one download a user. No worker: jobs stay queued."""
    folder = tmp_path_factory.mktemp("strict")
    environment = {**STRICT, "HF_ENDPOINT": hub.url, "SOKHAN_PROXY_MAX_BYTES": "300000", "SOKHAN_PROXY_SECONDS": "20"}
    with platform(folder, names=("gateway",), environment=environment) as built:
        wait_until(lambda: seeded(built), 20, "the catalog is seeded")
        yield built
