"""Several mirrors in order: the first that answers serves, and its name is shown."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.support.downloads import MIB, Line, line, progress, sha256
from tests.support.hub import TestHub, running_hub
from tests.support.processes import free_port


@dataclass
class Mirrored:
    line: Line
    first: TestHub
    second: TestHub


@pytest.fixture(scope="module")
def mirrored(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mirrored]:
    """The first endpoint refuses connections, then two mirrors with the same files."""
    folder = tmp_path_factory.mktemp("mirrors")
    with running_hub(folder / "one") as first, running_hub(folder / "two") as second:
        endpoints = {
            "HF_ENDPOINT": f"http://127.0.0.1:{free_port()}",
            "SOKHAN_HF_MIRRORS": f"{first.url},{second.url}",
        }
        with line(folder / "line", first, **endpoints) as built:
            yield Mirrored(built, first, second)


async def test_what_one_begins_the_next_ends_with_the_bytes_kept(mirrored: Mirrored) -> None:
    first, second = mirrored.first, mirrored.second
    size = 24 * MIB
    digest = first.put_file("mirror/model", "model.bin", size)
    assert second.put_file("mirror/model", "model.bin", size) == digest
    first.shape(MIB, 0)
    async with mirrored.line.client() as client:
        job = await client.start("mirror/model")
        began = progress(await client.fraction(job, 0.3))
        first.down(None)
        done = await client.done(job)
        first.down(0)
    assert began.served_by == f"127.0.0.1:{first.port + 1}"
    assert progress(done).served_by == f"127.0.0.1:{second.port + 1}"
    assert done.attempt == 1
    assert sha256(mirrored.line.folder("mirror/model") / "model.bin") == digest
    assert second.sent("model.bin") < size * 0.9


@pytest.mark.siege
@pytest.mark.timeout(200)
async def test_when_none_answers_it_waits_and_does_not_hammer(mirrored: Mirrored) -> None:
    first, second = mirrored.first, mirrored.second
    for hub in (first, second):
        hub.put_file("mirror/none", "none.bin", 24 * MIB)
        hub.clear()
        hub.shape(MIB, 0)
    async with mirrored.line.client() as client:
        job = await client.start("mirror/none")
        await client.fraction(job, 0.1)
        for hub in (first, second):
            hub.down(6)
            hub.shape(None, 0)
        await client.waiting(job, "waiting")
        await client.done(job, limit=120)  # the wait doubles with each failure: 12 s to more than 40 s were seen
    for hub in (first, second):
        assert len([seen for seen in hub.requests() if seen["path"].endswith("none.bin")]) < 100


async def test_the_installations_token_does_not_go_to_a_mirror(mirrored: Mirrored) -> None:
    mirrored.second.put("mirror/quiet", {"a.txt": b"a"})
    mirrored.first.put("mirror/quiet", {"a.txt": b"a"})
    async with mirrored.line.client() as client:
        await client.done(await client.start("mirror/quiet"))
    for hub in (mirrored.first, mirrored.second):
        assert not any(seen["authorization"] for seen in hub.requests())
