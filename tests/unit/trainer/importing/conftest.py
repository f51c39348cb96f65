from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.support.coqui import write_repository
from tests.support.imports import ImportFolder, Source


@pytest.fixture(scope="session")
def source(tmp_path_factory: pytest.TempPathFactory) -> Source:
    folder = tmp_path_factory.mktemp("source")
    return Source(folder, write_repository(folder))


@pytest.fixture
def place(tmp_path: Path, source: Source) -> ImportFolder:
    made = ImportFolder(tmp_path)
    shutil.copytree(source.folder, made.repository)
    return made
