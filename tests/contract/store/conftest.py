"""Every test that asks for `backend` runs once on each store."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from pymongo import MongoClient

from tests.support.store_backends import Backend, mongo_server


@pytest.fixture(scope="session")
def mongo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, MongoClient[dict[str, Any]]]]:
    with mongo_server(tmp_path_factory.mktemp("mongod")) as url, MongoClient[dict[str, Any]](url) as client:
        yield url, client


@pytest.fixture(params=["sqlite", "mongodb"])
def backend(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Backend]:
    if request.param == "sqlite":
        yield Backend("sqlite", f"sqlite:///{tmp_path}/store.db")
        return
    url, client = request.getfixturevalue("mongo")
    name = f"test_{uuid4().hex}"
    host, question, options = url.partition("?")
    yield Backend("mongodb", f"{host.rstrip('/')}/{name}{question}{options}")
    client.drop_database(name)


@pytest.fixture
def sqlite_backend(tmp_path: Path) -> Backend:
    return Backend("sqlite", f"sqlite:///{tmp_path}/store.db")
