from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.downloads import Line, line
from tests.support.hub import TestHub, running_hub


@pytest.fixture(scope="session")
def hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture(scope="session")
def wire(tmp_path_factory: pytest.TempPathFactory, hub: TestHub) -> Iterator[Line]:
    """A scanner and a downloader on a real NATS and a real store, and the Hub they fetch from."""
    with line(tmp_path_factory.mktemp("line"), hub, SOKHAN_WATCH="false") as built:
        yield built
