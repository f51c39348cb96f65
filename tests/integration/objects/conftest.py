"""Every test of this folder runs on a bucket in memory, and with `siege` on a real SeaweedFS."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from obstore.store import MemoryStore

from shared.config_objects import ObjectSettings
from shared.objects.bucket import Bucket
from shared.objects.site import Site
from tests.support.objects import site
from tests.support.seaweedfs import SeaweedFs, need_seaweedfs, running_seaweedfs, settings_at

NewSite = Callable[[], Site]
_NUMBERS = itertools.count()


@pytest.fixture(scope="session")
def seaweedfs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SeaweedFs]:
    need_seaweedfs()
    with running_seaweedfs(tmp_path_factory.mktemp("seaweedfs")) as server:
        yield server


@pytest.fixture
def seaweedfs_settings(seaweedfs: SeaweedFs) -> ObjectSettings:
    return settings_at(seaweedfs.url, "settings")


@pytest.fixture(params=["memory", pytest.param("seaweedfs", marks=pytest.mark.siege)])
def bucket(request: pytest.FixtureRequest) -> Bucket:
    if request.param == "memory":
        return Bucket(MemoryStore())
    server: SeaweedFs = request.getfixturevalue("seaweedfs")
    return server.bucket(f"test-{next(_NUMBERS)}")


@pytest.fixture
def new_site(tmp_path: Path, bucket: Bucket) -> NewSite:
    """Makes one site after the other, all beside the same bucket."""
    return lambda: site(tmp_path / f"site-{next(_NUMBERS)}", bucket)
