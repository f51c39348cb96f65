"""Nothing is installed that is not what the Hub says it is."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from shared.contracts.states import JobState
from tests.support.downloads import MIB, Line, progress, sha256
from tests.support.hub import ALWAYS, TestHub


@pytest.mark.parametrize("size", [20_000, 6 * MIB])
async def test_a_file_that_arrives_damaged_is_fetched_again_once(wire: Line, hub: TestHub, size: int) -> None:
    repo, name = f"content/once-{size}", f"once-{size}.bin"
    digest = hub.put_file(repo, name, size)
    hub.fault(name, "corrupt", times=1)
    async with wire.client() as client:
        done = await client.done(await client.start(repo))
    assert done.attempt == 1
    assert sha256(wire.folder(repo) / name) == digest


@pytest.mark.parametrize("size", [20_000, 6 * MIB])
async def test_a_file_that_is_damaged_again_fails_the_job_with_its_name(wire: Line, hub: TestHub, size: int) -> None:
    repo, name = f"content/twice-{size}", f"twice-{size}.bin"
    hub.put_file(repo, name, size)
    hub.fault(name, "corrupt", times=999)
    async with wire.client() as client:
        ended = await client.ended(await client.start(repo))
    assert ended.state is JobState.FAILED
    assert ended.error is not None
    assert ended.error.code == "HASH_MISMATCH"
    assert name in ended.error.message
    assert not any(wire.folder(repo).glob(f"{name}*"))


async def test_other_content_under_a_pinned_commit_is_an_error(wire: Line, hub: TestHub) -> None:
    hub.put_file("content/pinned", "pinned.bin", 2 * MIB)
    commit = hub.commit("content/pinned")
    hub.fault("pinned.bin", "changed", times=999)
    async with wire.client() as client:
        code = await client.failed(await client.start("content/pinned", repo_revision=commit))
    assert code == "HASH_MISMATCH"


async def test_an_update_replaces_what_changed_and_removes_what_is_gone(wire: Line, hub: TestHub) -> None:
    hub.put_file("content/update", "same.bin", 2 * MIB)
    hub.put("content/update", {"config.json": b'{"a": 1}', "old.txt": b"old"})
    async with wire.client() as client:
        await client.done(await client.start("content/update"))
        (hub.folder / "models/content/update/old.txt").unlink()
        hub.put("content/update", {"config.json": b'{"a": 2}'})
        hub.clear()
        await client.done(await client.start("content/update"))
    folder = wire.folder("content/update")
    assert _files(folder) == {"same.bin", "config.json", "sokhan.json", *ALWAYS}
    assert json.loads((folder / "config.json").read_text()) == {"a": 2}
    assert hub.sent("same.bin") == 0
    manifest = json.loads((folder / "sokhan.json").read_text())
    assert manifest["commit"] == hub.commit("content/update")


async def test_an_update_that_fails_leaves_the_installed_version_whole(wire: Line, hub: TestHub) -> None:
    hub.put("content/half", {"a.json": b"one", "b.bin": b"x" * 5000})
    async with wire.client() as client:
        await client.done(await client.start("content/half"))
        hub.put("content/half", {"a.json": b"two", "b.bin": b"y" * 5000})
        hub.fault("b.bin", "corrupt", times=999)
        assert await client.failed(await client.start("content/half")) == "HASH_MISMATCH"
        folder = wire.folder("content/half")
        assert (folder / "a.json").read_bytes() == b"one"
        hub.clear()
        await client.done(await client.start("content/half"))
    assert (folder / "a.json").read_bytes() == b"two"
    assert _files(folder) == {"a.json", "b.bin", "sokhan.json", *ALWAYS}


async def test_two_selections_of_one_repository_add_up(wire: Line, hub: TestHub) -> None:
    hub.put("content/parts", {"a.json": b"{}", "b.bin": b"b" * 3000, "c.txt": b"c"})
    async with wire.client() as client:
        await client.done(await client.start("content/parts", include=["*.json"]))
        await client.done(await client.start("content/parts", include=["*.bin"]))
    manifest = json.loads((wire.folder("content/parts") / "sokhan.json").read_text())
    assert [file["path"] for file in manifest["files"]] == ["a.json", "b.bin"]


async def test_whole_files_are_not_fetched_again(wire: Line, hub: TestHub) -> None:
    hub.put_file("content/again", "model.bin", 6 * MIB)
    hub.put("content/again", {"config.json": b"{}"})
    async with wire.client() as client:
        await client.done(await client.start("content/again"))
        hub.clear()
        done = await client.done(await client.start("content/again"))
    assert hub.sent("model.bin") == hub.sent("config.json") == 0
    assert progress(done).bytes_downloaded == progress(done).bytes_total


async def test_a_file_touched_since_is_read_and_where_it_differs_fetched(wire: Line, hub: TestHub) -> None:
    digest = hub.put_file("content/touched", "model.bin", 2 * MIB)
    async with wire.client() as client:
        await client.done(await client.start("content/touched"))
        file = wire.folder("content/touched") / "model.bin"
        content = bytearray(file.read_bytes())
        content[1000] ^= 1
        file.write_bytes(content)
        await client.done(await client.start("content/touched"))
    assert sha256(file) == digest


@pytest.mark.siege
async def test_more_than_a_thousand_files_arrive(wire: Line, hub: TestHub) -> None:
    hub.put("content/many", {f"d{n % 7}/file-{n:04}.txt": str(n).encode() for n in range(1100)})
    async with wire.client() as client:
        done = await client.done(await client.start("content/many"), 60)
    assert done.result is not None
    assert len([p for p in wire.folder("content/many").rglob("*.txt") if p.is_file()]) == 1100
    assert len(progress(done).files) <= 200


async def test_an_empty_file_and_persian_names_arrive(wire: Line, hub: TestHub) -> None:
    hub.put("content/names", {"پوشه/نام با فاصله.txt": "سلام".encode(), "empty": b""})
    async with wire.client() as client:
        await client.done(await client.start("content/names"))
    assert (wire.folder("content/names") / "پوشه/نام با فاصله.txt").read_text() == "سلام"
    assert (wire.folder("content/names") / "empty").read_bytes() == b""


async def test_a_name_that_cannot_be_given_ends_with_a_sentence_and_costs_nothing_again(
    wire: Line, hub: TestHub
) -> None:
    hub.put_file("content/name", "model.bin", 6 * MIB)
    in_the_way = wire.folder("content/name") / "model.bin"
    (in_the_way / "something").mkdir(parents=True)
    async with wire.client() as client:
        ended = await client.ended(await client.start("content/name"))
        assert ended.state is JobState.FAILED
        assert ended.error is not None
        assert "model.bin is complete but cannot be renamed: Is a directory" in ended.error.message
        (in_the_way / "something").rmdir()
        in_the_way.rmdir()
        hub.clear()
        await client.done(await client.start("content/name"))
    assert hub.sent("model.bin") == 0


@pytest.mark.parametrize("name", ["x" * 255, "ی" * 127])
async def test_a_name_as_long_as_the_disk_takes_arrives(wire: Line, hub: TestHub, name: str) -> None:
    """Its partial file and its journal have names of their own: with our endings it would be too long."""
    repo = f"content/long-{len(name)}"
    digest = hub.put_file(repo, name, 2 * MIB)
    async with wire.client() as client:
        await client.done(await client.start(repo))
    assert sha256(wire.folder(repo) / name) == digest


def _files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and ".cache" not in p.parts}
