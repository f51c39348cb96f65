"""The collection `catalog` over a real store."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from shared.catalog import CatalogRepository, read_seed
from shared.contracts.catalog import CatalogEntry, Words
from shared.contracts.errors import Conflict, NotFound
from shared.service.runtime import utc_now
from shared.store import open_store


def entry(entry_id: str, **changes: object) -> CatalogEntry:
    return CatalogEntry.model_validate({"id": entry_id, "repo_id": entry_id, "kind": "tts", **changes})


@asynccontextmanager
async def catalog(folder: Path) -> AsyncIterator[CatalogRepository]:
    store = await open_store(f"sqlite:///{folder / 'catalog.db'}")
    try:
        yield CatalogRepository(store, utc_now)
    finally:
        await store.close()


async def test_seeding_twice_changes_nothing_the_second_time(tmp_path: Path) -> None:
    async with catalog(tmp_path) as repository:
        assert await repository.seed(read_seed()) == len(read_seed())
        assert await repository.seed(read_seed()) == 0
        assert {found.id for found in await repository.list()} == {found.id for found in read_seed()}


async def test_a_seed_does_not_bring_back_what_was_taken_out(tmp_path: Path) -> None:
    async with catalog(tmp_path) as repository:
        await repository.seed([entry("ns/a", origin="seed")])
        await repository.delete("ns/a")
        assert await repository.seed([entry("ns/a", origin="seed")]) == 0
        assert await repository.list() == []
        with pytest.raises(NotFound):
            await repository.get("ns/a")
        with pytest.raises(NotFound):
            await repository.delete("ns/a")


async def test_an_admin_brings_it_back(tmp_path: Path) -> None:
    async with catalog(tmp_path) as repository:
        await repository.seed([entry("ns/a", origin="seed")])
        await repository.delete("ns/a")
        await repository.add(entry("ns/a", name=Words(en="mine")))
        assert (await repository.get("ns/a")).name.en == "mine"
        with pytest.raises(Conflict):
            await repository.add(entry("ns/a"))


async def test_a_later_seed_changes_what_nobody_edited_and_nothing_else(tmp_path: Path) -> None:
    async with catalog(tmp_path) as repository:
        await repository.seed([entry(name, origin="seed") for name in ("ns/edited", "ns/plain")])
        before = await repository.get("ns/edited")
        await repository.put(before.model_copy(update={"name": Words(en="mine"), "origin": "admin"}), before)
        later = [entry(name, origin="seed", name=Words(en="new")) for name in ("ns/edited", "ns/plain")]
        assert await repository.seed(later) == 1
        assert [found.name.en for found in await repository.list()] == ["mine", "new"]


async def test_two_changes_at_once_do_not_overwrite_each_other(tmp_path: Path) -> None:
    async with catalog(tmp_path) as repository:
        before = await repository.add(entry("ns/a"))
        await repository.put(before.model_copy(update={"size": 1}), before)
        with pytest.raises(Conflict):
            await repository.put(before.model_copy(update={"size": 2}), before.model_copy(update={"updated_at": None}))
        assert (await repository.get("ns/a")).size == 1
