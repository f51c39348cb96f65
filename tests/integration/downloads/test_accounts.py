"""One copy of a repository for all accounts that have downloaded it, and for nobody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.errors import Conflict, NotFound
from shared.contracts.holding import held_by
from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.states import Control, JobState
from shared.files import read_access
from shared.hub import TokenVault
from shared.secret_keys import load_secret_keys
from shared.service.runtime import utc_now
from tests.support.asset_services import asset_services, member
from tests.support.downloads import Downloads, Line
from tests.support.folders import BERT, safetensors, write
from tests.support.hub import TOKEN, TestHub

FILES = {"config.json": BERT, "model.safetensors": safetensors(50_000)}


def fetched(hub: TestHub) -> list[str]:
    return [seen["path"] for seen in hub.requests() if seen["method"] == "GET" and "/api/" not in seen["path"]]


async def store_tokens(client: Downloads) -> None:
    vault = TokenVault(client.client.store, load_secret_keys(None, (), client.line.data), None, utc_now)
    await vault.put("zahra", TOKEN)
    await vault.put("poor", "hf_poor")


async def test_two_accounts_have_one_copy_and_the_last_one_removes_it(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/both", FILES)
    folder = wire.folder("accounts/both")
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        await client.done(await client.start("accounts/both", owner="sara"))
        assert "accounts/both" in await services.ids("sara")
        assert "accounts/both" not in await services.ids("ali")
        hub.clear()
        await client.done(await client.start("accounts/both", owner="ali"))
        assert fetched(hub) == [], "the files are here already"
        assert read_access(folder) == AssetAccess(owner=None, holders=("ali", "sara"))
        view = next(view for view in (await services.installed.list("ali")).models if view.id == "accounts/both")
        assert (view.owner, view.visibility, view.mine) == (None, "private", True)

        left = await services.installed.remove("accounts/both", None, member("sara"))
        assert left.freed == 0
        assert "accounts/both" not in await services.ids("sara")
        assert "accounts/both" in await services.ids("ali")
        with pytest.raises(NotFound):
            await services.installed.remove("accounts/both", None, member("sara"))
        gone = await services.installed.remove("accounts/both", None, member("ali"))
        assert gone.freed > 50_000
        assert not folder.exists()
        assert "accounts/both" not in await services.ids(LOCAL_OWNER)


async def test_a_newer_version_keeps_the_holders(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/newer", FILES)
    async with wire.client() as client:
        for owner in ("sara", "ali"):
            await client.done(await client.start("accounts/newer", owner=owner))
        hub.put("accounts/newer", {"config.json": b'{"model_type": "gpt2"}'})
        await client.done(await client.start("accounts/newer", owner="ali"))
        await client.done(await client.start("accounts/newer"))
    assert read_access(wire.folder("accounts/newer")) == AssetAccess(owner=LOCAL_OWNER, holders=("ali", "sara"))


async def test_without_accounts_nothing_is_recorded(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/sole", FILES)
    async with wire.client() as client:
        await client.done(await client.start("accounts/sole"))
        assert read_access(wire.folder("accounts/sole")) is None
        services = asset_services(client.client, wire.data)
        assert "accounts/sole" in await services.ids(LOCAL_OWNER)
        assert "accounts/sole" not in await services.ids("sara"), "an account sees it only after it was given to it"
        await client.done(await client.start("accounts/sole", owner="sara"))
        assert "accounts/sole" in await services.ids("sara")
    assert read_access(wire.folder("accounts/sole")) == held_by(AssetAccess(), "sara", restricted=False)


async def test_a_failed_download_is_seen_by_its_account_only(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/failed", {**FILES, "z.txt": b"z"})
    hub.fault("z.txt", "gone", times=99)
    async with wire.client() as client:
        assert await client.failed(await client.start("accounts/failed", owner="sara")) == "REPO_NOT_FOUND"
        services = asset_services(client.client, wire.data)
        await services.refresh()
        assert "accounts/failed" not in await services.ids("ali")
        if wire.folder("accounts/failed").exists():
            assert "accounts/failed" in await services.ids("sara")


async def test_a_gated_repository_is_for_those_whose_token_may_read_it(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/gated", FILES)
    hub.describe("accounts/gated", gated="manual", gate="files")  # as on the Hub, everybody may list its files
    folder = wire.folder("accounts/gated")
    async with wire.client() as client:
        await store_tokens(client)
        services = asset_services(client.client, wire.data)
        await client.done(await client.start("accounts/gated", owner="zahra"))
        held = AssetAccess(owner=None, holders=("zahra",), restricted=True)
        assert read_access(folder) == held
        for owner in ("poor", "nobody"):
            assert await client.failed(await client.start("accounts/gated", owner=owner)) == "GATED_REPO"
            assert "accounts/gated" not in await services.ids(owner)
        assert read_access(folder) == held, "its files are here, but not for them"
        with pytest.raises(Conflict, match="gated or private"):
            await services.sharing.change("accounts/gated", None, "shared", member("zahra"))
        assert read_access(folder) == held


async def test_a_repository_that_becomes_private_is_not_shared_any_more(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/closing", FILES)
    async with wire.client() as client:
        await store_tokens(client)
        services = asset_services(client.client, wire.data)
        await client.done(await client.start("accounts/closing", owner="zahra"))
        view = await services.sharing.change("accounts/closing", None, "shared", member("zahra"))
        assert (view.visibility, view.mine) == ("shared", True)
        assert "accounts/closing" in await services.ids("ali")
        hub.describe("accounts/closing", private=True)
        await client.done(await client.start("accounts/closing", owner="zahra"))
        assert "accounts/closing" not in await services.ids("ali")
        assert await client.failed(await client.start("accounts/closing", owner="poor")) == "REPO_NOT_FOUND"


async def test_no_repository_plants_a_record(wire: Line, hub: TestHub) -> None:
    everyone = b'{"owner": null, "visibility": "shared"}'
    hub.put("accounts/planted", {**FILES, ".sokhan-access.json": everyone})
    hub.put("accounts/planted-below", {**FILES, "sub/.sokhan-access.json": everyone})
    async with wire.client() as client:
        await client.done(await client.start("accounts/planted", owner="sara"))
        assert read_access(wire.folder("accounts/planted")) == AssetAccess(owner=None, holders=("sara",))
        refused = await client.start("accounts/planted-below", owner="sara")
        assert await client.failed(refused) == "UNSUPPORTED_FILE"


async def test_what_was_copied_by_hand_stays_everybodys(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/by-hand", FILES)
    folder = write(wire.folder("accounts/by-hand"), {"config.json": FILES["config.json"]})
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        await client.done(await client.start("accounts/by-hand", owner="sara"))
        assert read_access(folder) == INSTALLATION
        assert {"accounts/by-hand"} <= await services.ids("ali")


async def test_who_cancels_does_not_hold_what_another_has_begun(wire: Line, hub: TestHub) -> None:
    hub.put("accounts/cancelled", {"config.json": BERT, "model.bin": bytes(3_000_000)})
    folder = wire.folder("accounts/cancelled")
    hub.hold(1_000_000)
    async with wire.client() as client:
        first = await client.start("accounts/cancelled", owner="ali")
        await client.fraction(first, 0.01)
        await client.ask(first, Control.PAUSE)
        await client.until(first, JobState.PAUSED)
        second = await client.start("accounts/cancelled", owner="sara")
        await client.client.wait(second, lambda _: _holders(folder) == ("ali", "sara"), 20, "both hold it")
        await client.ask(second, Control.CANCEL)
        await client.ended(second)
        assert _holders(folder) == ("ali",)
        hub.hold(None)
        await client.done(await client.resume(first))
        services = asset_services(client.client, wire.data)
        assert "accounts/cancelled" not in await services.ids("sara")


def _holders(folder: Path) -> tuple[str, ...]:
    access = read_access(folder)
    return access.holders if access is not None else ()
