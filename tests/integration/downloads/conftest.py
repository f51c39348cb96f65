from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.downloads import Line, line
from tests.support.hub import TestHub, running_hub


@pytest.fixture(scope="session")
def quick_hub(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestHub]:
    with running_hub(tmp_path_factory.mktemp("hub")) as found:
        yield found


@pytest.fixture(scope="session")
def shared_line(tmp_path_factory: pytest.TempPathFactory, quick_hub: TestHub) -> Iterator[Line]:
    with line(tmp_path_factory.mktemp("line"), quick_hub) as built:
        yield built


@pytest.fixture
def hub(quick_hub: TestHub) -> TestHub:
    """Without faults, and with an empty memory."""
    quick_hub.clear()
    quick_hub.shape(None, 0)
    quick_hub.hold(None)
    quick_hub.down(0)
    return quick_hub


@pytest.fixture
def wire(shared_line: Line, hub: TestHub) -> Line:
    """A downloader and a scanner on a real NATS and a real store, and the Hub they fetch from."""
    return shared_line
