from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.training import SENTENCES, Child, FinishedRun, Runs, write_dataset


@pytest.fixture(scope="session")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    root = tmp_path_factory.mktemp("data")
    dataset = write_dataset(root / "dataset", [(f"u{n}", text) for n, text in enumerate(SENTENCES)])
    children: list[Child] = []
    yield Runs(root, dataset, children)
    for child in children:
        child.kill()


@pytest.fixture(scope="session")
def toy(runs: Runs) -> FinishedRun:
    """Twelve steps of the toy recipe without interruption."""
    spec = runs.toy("toy")
    child = runs.start(spec)
    return FinishedRun(spec, child, child.end())


@pytest.fixture(scope="session")
def straight(runs: Runs) -> FinishedRun:
    """Twelve steps without interruption."""
    spec = runs.spec("straight")
    child = runs.start(spec)
    return FinishedRun(spec, child, child.end())
