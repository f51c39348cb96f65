"""Installations on each of the two stores."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.support.installation import Installation
from tests.support.store_backends import mongo_server

Make = Callable[[str], Installation]


@pytest.fixture(scope="session")
def mongo_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with mongo_server(tmp_path_factory.mktemp("mongod")) as url:
        yield url


@pytest.fixture(params=["sqlite", "mongodb"])
def make(request: pytest.FixtureRequest, tmp_path: Path) -> Make:
    """A new installation with a name, on the store of this test."""
    kind: str = request.param

    def build(name: str) -> Installation:
        return _built(request, tmp_path / name, kind)

    return build


@pytest.fixture
def here(tmp_path: Path) -> Installation:
    """An installation on SQLite."""
    return _sqlite(tmp_path / "here")


def _built(request: pytest.FixtureRequest, root: Path, kind: str) -> Installation:
    if kind == "sqlite":
        return _sqlite(root)
    made = Installation(root, f"{request.getfixturevalue('mongo_url')}/test_{uuid4().hex}")
    made.tree.prepare()
    return made


def _sqlite(root: Path) -> Installation:
    made = Installation(root, f"sqlite:///{root / 'data' / 'sokhan.db'}")
    made.tree.prepare()
    return made
