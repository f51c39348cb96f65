"""Things are published and removed while a backup is taken: what its store names is in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.files import DataTree, remove_tree
from shared.files.units import look
from shared.products.checkpoint import discard
from shared.store import Store
from shared.store.snapshot import store_snapshot
from tests.integration.backup.conftest import Make
from tests.support.installation import Installation

Step = Callable[[], Awaitable[None]]
WEIGHTS = {"model.safetensors": b"x" * 1000}


class Meanwhile:
    """A snapshot of the store with steps before and after it: those of other services during the backup."""

    def __init__(self, before: Step | None = None, after: Step | None = None) -> None:
        self._before, self._after = before, after
        self.times = 0

    @asynccontextmanager
    async def __call__(self, url: str, scratch: Path) -> AsyncIterator[tuple[Store, int]]:
        self.times += 1
        before, after = (self._before, self._after) if self.times == 1 else (None, None)
        if before is not None:
            await before()
        async with store_snapshot(url, scratch) as found:
            yield found
        if after is not None:
            await after()


async def remove(here: Installation, asset_id: str) -> None:
    """As the gateway removes an asset, and the scanner its document."""
    remove_tree(here.tree.folder("model", asset_id))
    async with here.store() as store:
        await store.delete("assets", {"id": f"model:{asset_id}"})


def in_backup(backup: Path) -> set[str]:
    data = DataTree(backup / "data")
    return {path.relative_to(data.root).as_posix() for path in data.root.glob("*/*/*")}


async def named(backup: Path) -> str:
    return "".join(path.read_text() for path in sorted((backup / "store").glob("*.jsonl")))


async def test_what_is_published_between_the_files_and_the_store_is_in_the_backup(make: Make, tmp_path: Path) -> None:
    here = make("here")
    here.asset("ns/old", WEIGHTS)
    await here.listed("ns/old")

    async def publish() -> None:
        here.asset("ns/new", WEIGHTS)
        await here.listed("ns/new")

    await here.back_up(tmp_path / "b", snapshot=Meanwhile(before=publish))
    assert in_backup(tmp_path / "b") == {"models/ns/old", "models/ns/new"}
    assert "ns/new" in await named(tmp_path / "b")


async def test_what_is_removed_after_the_store_was_read_stays_in_the_backup(make: Make, tmp_path: Path) -> None:
    here = make("here")
    here.asset("ns/gone", WEIGHTS)
    await here.listed("ns/gone")
    meanwhile = Meanwhile(after=lambda: remove(here, "ns/gone"))
    await here.back_up(tmp_path / "b", snapshot=meanwhile)
    assert in_backup(tmp_path / "b") == {"models/ns/gone"}
    assert "ns/gone" in await named(tmp_path / "b")
    assert meanwhile.times == 1


async def test_what_is_published_and_removed_around_the_store_is_in_neither(make: Make, tmp_path: Path) -> None:
    """Its document was read, its files were never copied: the store is read again."""
    here = make("here")
    here.asset("ns/old", WEIGHTS)
    await here.listed("ns/old")

    async def publish() -> None:
        here.asset("ns/brief", WEIGHTS)
        await here.listed("ns/brief")

    meanwhile = Meanwhile(before=publish, after=lambda: remove(here, "ns/brief"))
    taken = await here.back_up(tmp_path / "b", snapshot=meanwhile)
    assert in_backup(tmp_path / "b") == {"models/ns/old"}
    assert "ns/brief" not in await named(tmp_path / "b")
    assert (meanwhile.times, taken.missing) == (2, ())


async def test_what_is_removed_before_the_store_is_read_does_not_come_back(make: Make, tmp_path: Path) -> None:
    here = make("here")
    for name in ("ns/kept", "ns/gone"):
        here.asset(name, WEIGHTS)
        await here.listed(name)
    await here.back_up(tmp_path / "b", snapshot=Meanwhile(before=lambda: remove(here, "ns/gone")))
    assert in_backup(tmp_path / "b") == {"models/ns/kept"}


async def test_a_new_version_that_replaces_an_asset_is_copied_whole(here: Installation, tmp_path: Path) -> None:
    here.asset("ns/voice", {"model.safetensors": b"1" * 1000, "only-old.json": b"1"})
    await here.listed("ns/voice")

    async def replace() -> None:
        remove_tree(here.tree.folder("model", "ns/voice"))
        here.asset("ns/voice", {"model.safetensors": b"2" * 1000})

    await here.back_up(tmp_path / "b", snapshot=Meanwhile(before=replace))
    folder = tmp_path / "b" / "data" / "models" / "ns" / "voice"
    assert (folder / "model.safetensors").read_bytes() == b"2" * 1000
    assert not (folder / "only-old.json").exists()


async def test_a_pruned_checkpoint_is_kept_if_the_store_names_it(here: Installation, tmp_path: Path) -> None:
    pruned = here.checkpoint("r1", 2)
    here.checkpoint("r1", 4)
    await here.recorded("r1", 2)
    await here.recorded("r1", 4)

    async def prune() -> None:
        discard(pruned)

    await here.back_up(tmp_path / "b", snapshot=Meanwhile(after=prune))
    assert in_backup(tmp_path / "b") == {"checkpoints/r1/2", "checkpoints/r1/4"}


async def test_what_the_platform_itself_lacks_is_reported_and_left_out(here: Installation, tmp_path: Path) -> None:
    here.checkpoint("r1", 4)
    for step in (2, 4):
        await here.recorded("r1", step)
    taken = await here.back_up(tmp_path / "b")
    assert taken.missing == ("checkpoints/r1/2",)
    assert "r1:4" in await named(tmp_path / "b")
    assert "r1:2" not in await named(tmp_path / "b")


async def test_a_run_that_prunes_all_the_time_is_no_obstacle(here: Installation, tmp_path: Path) -> None:
    """Each reading of the store names a checkpoint that was never seen and is gone."""
    here.checkpoint("r1", 1)
    await here.recorded("r1", 1)

    steps = iter(range(10, 100))

    @asynccontextmanager
    async def pruning(url: str, scratch: Path) -> AsyncIterator[tuple[Store, int]]:
        step = next(steps)
        await here.recorded("r1", step)
        async with store_snapshot(url, scratch) as found:
            yield found
        async with here.store() as store:
            await store.delete("checkpoints", {"step": step})

    taken = await here.back_up(tmp_path / "b", snapshot=pruning)
    assert in_backup(tmp_path / "b") == {"checkpoints/r1/1"}
    assert (tmp_path / "b" / "store" / "checkpoints.jsonl").read_text().count("\n") == 1
    assert taken.missing == ()


async def test_a_folder_that_changes_all_the_time_is_reported_and_left_out(
    here: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = here.tree.folder("model", "local/growing")
    folder.mkdir(parents=True)
    file = folder / "model.bin"
    file.write_bytes(b"")
    here.asset("ns/old", WEIGHTS)
    await here.add("settings", {"id": "s"})

    def growing(tree: DataTree, unit: str) -> object:
        if unit == "models/local/growing":
            with file.open("ab") as out:
                out.write(b"more")
        return look(tree, unit)

    monkeypatch.setattr("shared.backup.copying.look", growing)
    monkeypatch.setattr("shared.backup.copying._PAUSE_S", 0)
    taken = await here.back_up(tmp_path / "b")
    assert taken.unsettled == ("models/local/growing",)
    assert in_backup(tmp_path / "b") == {"models/ns/old"}
