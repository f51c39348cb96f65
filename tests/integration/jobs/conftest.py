from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.jobs import Bench
from tests.support.processes import nats_server


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    with nats_server(tmp_path / "nats") as nats:
        yield Bench(nats, tmp_path)
