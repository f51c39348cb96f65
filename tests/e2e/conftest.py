from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.hub import TestHub, running_hub
from tests.support.platform import Platform, platform


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture(scope="session")
def sokhan(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[Platform]:
    """All five services, shared by the tests that leave them as they found them."""
    folder = tmp_path_factory.mktemp("sokhan")
    with platform(folder, environment={"HF_ENDPOINT": hub.url, "SOKHAN_UPLOAD_MAX_BYTES": str(40_000_000)}) as built:
        yield built
