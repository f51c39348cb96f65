from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.jobs import Bench, Serving
from tests.support.processes import nats_server


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    """A NATS of its own, for a test that ends it, or ends workers."""
    with nats_server(tmp_path / "nats") as nats:
        yield Bench(nats, tmp_path)


@pytest.fixture(scope="module")
def serving(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Serving]:
    """One NATS and one worker, shared by tests that look at their own jobs only."""
    folder = tmp_path_factory.mktemp("serving")
    with nats_server(folder / "nats") as nats:
        bench = Bench(nats, folder)
        with bench.worker("shared", SLOTS="8") as worker:
            yield Serving(bench, worker)
