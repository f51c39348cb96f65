"""A publisher is killed at every step, a server under it, and a collector beside it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from shared.contracts.errors import Unavailable
from shared.objects.site import Site
from tests.support.objects import PIECE, content_of, fill, site
from tests.support.processes import ROOT, wait_until
from tests.support.seaweedfs import SeaweedFs

pytestmark = [pytest.mark.siege, pytest.mark.xdist_group("seaweedfs")]
UNIT = "models/local/mine"
OLD = {"config.json": b"{}", "model.safetensors": os.urandom(PIECE * 2)}
NEW = {"config.json": b'{"a": 1}', "model.safetensors": os.urandom(PIECE * 3 + 1), "voice.json": b"{\n}"}
WRITES = 8
"""Of a publication of NEW over OLD: four pieces, two small files, the manifest, the pointer."""


def publish_and_die(publisher: Site, url: str, prefix: str, writes: int, when: str) -> bool:
    """Whether it died."""
    arguments = [str(publisher.tree.root), UNIT, url, prefix, str(writes), when]
    done = subprocess.run(
        [sys.executable, "-m", "tests.support.dying_publisher", *arguments], cwd=ROOT, timeout=60, check=False
    )
    assert done.returncode in {0, -9}
    return done.returncode == -9


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("writes", range(1, WRITES + 1))
def test_a_reader_never_sees_half_of_what_a_killed_publisher_left(
    tmp_path: Path, seaweedfs: SeaweedFs, writes: int, when: str
) -> None:
    prefix = f"killed-{writes}-{when}"
    bucket = seaweedfs.bucket(prefix)
    publisher, reader = site(tmp_path / "publisher", bucket), site(tmp_path / "reader", bucket)
    fill(publisher.tree.root / UNIT, OLD)
    publisher.publish(UNIT)
    fill(publisher.tree.root / UNIT, NEW)

    assert publish_and_die(publisher, seaweedfs.url, prefix, writes, when)
    reader.fetch(UNIT)
    seen = content_of(reader.tree.root / UNIT)
    assert seen == (NEW if (writes, when) == (WRITES, "after") else OLD)

    assert not publish_and_die(publisher, seaweedfs.url, prefix, WRITES + 1, when)
    reader.fetch(UNIT)
    assert content_of(reader.tree.root / UNIT) == NEW


def test_a_dead_server_loses_nothing_and_the_next_try_goes_on(tmp_path: Path, seaweedfs: SeaweedFs) -> None:
    bucket = seaweedfs.bucket("restarted")
    publisher, reader = site(tmp_path / "publisher", bucket), site(tmp_path / "reader", bucket)
    fill(publisher.tree.root / UNIT, OLD)
    publisher.publish(UNIT)
    fill(publisher.tree.root / UNIT, NEW)
    seaweedfs.kill()
    with pytest.raises(Unavailable):
        publisher.publish(UNIT)
    with pytest.raises(Unavailable):
        reader.fetch(UNIT)
    seaweedfs.start()
    wait_until(lambda: fetches(reader), 60, "SeaweedFS has its old objects again")
    assert content_of(reader.tree.root / UNIT) == OLD
    publisher.publish(UNIT)
    reader.fetch(UNIT)
    assert content_of(reader.tree.root / UNIT) == NEW


def fetches(reader: Site) -> bool:
    try:
        reader.fetch(UNIT)
    except Unavailable:
        return False
    return True


def test_readers_beside_a_publisher_see_one_revision_or_another(tmp_path: Path, seaweedfs: SeaweedFs) -> None:
    """Twenty revisions, each of two files that belong together."""
    bucket = seaweedfs.bucket("beside")
    publisher, reader = site(tmp_path / "publisher", bucket), site(tmp_path / "reader", bucket)

    def publish(number: int) -> None:
        fill(publisher.tree.root / UNIT, {"a": b"%d" % number * PIECE, "b": b"%d" % number * PIECE})
        publisher.publish(UNIT)

    publish(0)

    def publish_others() -> None:
        for number in range(1, 20):
            publish(number)

    writing = threading.Thread(target=publish_others)
    writing.start()
    seen: set[bytes] = set()
    while writing.is_alive():
        reader.fetch(UNIT)
        content = content_of(reader.tree.root / UNIT)
        assert content["a"] == content["b"]
        seen.add(content["a"])
    writing.join(60)
    reader.fetch(UNIT)
    assert content_of(reader.tree.root / UNIT)["a"] == b"19" * PIECE
    assert len(seen) > 1
