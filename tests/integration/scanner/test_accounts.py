"""A private upload does not exist for other accounts, until its owner shares it."""

from __future__ import annotations

import pytest
from nats.aio.msg import Msg

from services.gateway.auth import CallerIdentity
from shared.contracts import subjects
from shared.contracts.access import INSTALLATION, Role
from shared.contracts.errors import Conflict, Forbidden, NotFound
from shared.contracts.events import Event
from shared.contracts.holding import owned_by
from shared.contracts.kinds import SCAN, TRAINING
from shared.contracts.kinds.scan import ImportDataset, ScanSpec
from shared.contracts.kinds.training import TrainingSpec
from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.states import JobState
from shared.files import read_access, write_access
from shared.files.members import ACCESS
from tests.support.asset_services import AssetServices, asset_services, member
from tests.support.downloads import Downloads, Line
from tests.support.eventually import eventually
from tests.support.folders import BERT, safetensors, write
from tests.support.jobs import Client

FILES = {"config.json": BERT, "model.safetensors": safetensors()}
ADMIN = CallerIdentity("root", role=Role.ADMIN)


async def upload(client: Downloads, name: str, owner: str = "sara") -> str:
    uploads = client.line.data / "uploads"
    (uploads / name).write_bytes('{"text": "سلام"}\n'.encode())
    task = ImportDataset(upload=name, name=name, namespace=f"~{owner}", file_name="a.jsonl")
    job = await client.client.jobs.wait(await client.client.jobs.submit(SCAN, ScanSpec(task=task), owner), 20)
    assert job.state is JobState.COMPLETED, job.error
    return f"~{owner}/{name}"


async def assert_missing(services: AssetServices, asset_id: str, viewer: str) -> None:
    """The same answers as for something that does not exist."""
    assert asset_id not in await services.ids(viewer, "dataset")
    with pytest.raises(NotFound):
        await services.assets.get("dataset", asset_id, viewer)
    with pytest.raises(NotFound):
        await services.installed.remove(asset_id, None, member(viewer))
    with pytest.raises(NotFound):
        await services.installed.verify(asset_id, None, viewer)
    with pytest.raises(NotFound):
        await services.sharing.change(asset_id, None, "shared", member(viewer))


async def test_an_upload_is_private_until_it_is_shared(wire: Line) -> None:
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        texts = await upload(client, "texts")
        await assert_missing(services, texts, "ali")
        for name in ("texts", "local/texts", texts):
            assert (await services.assets.get("dataset", name, "sara")).id == texts
        assert texts in await services.ids(LOCAL_OWNER, "dataset")

        view = await services.sharing.change(texts, None, "shared", member("sara"))
        assert (view.owner, view.visibility, view.mine) == ("sara", "shared", True)
        assert texts in await services.ids("ali", "dataset")
        assert (await services.assets.get("dataset", "texts", "ali")).id == texts
        seen = next(a for a in (await services.listing(member("ali"))).assets if a.id == texts)
        assert (seen.owner, seen.visibility, seen.mine) == ("sara", "shared", False)
        for refused in (
            services.sharing.change(texts, None, "private", member("ali")),
            services.installed.remove(texts, None, ADMIN),
        ):
            with pytest.raises(Forbidden, match="somebody else"):
                await refused

        await services.sharing.change(texts, None, "private", member("sara"))
        await assert_missing(services, texts, "ali")
        assert (await services.installed.remove(texts, None, member("sara"))).freed > 0
        assert not wire.folder(texts, "datasets").exists()


async def test_two_accounts_have_an_upload_of_the_same_name(wire: Line) -> None:
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        assert [await upload(client, "same", owner) for owner in ("sara", "ali")] == ["~sara/same", "~ali/same"]
        for owner in ("sara", "ali"):
            assert (await services.assets.get("dataset", "local/same", owner)).id == f"~{owner}/same"


async def test_a_rebuilt_store_knows_the_owners(wire: Line) -> None:
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        texts = await upload(client, "rebuilt")
        await services.sharing.change(await upload(client, "rebuilt-shared"), None, "shared", member("sara"))
        await client.client.store.delete("assets", {})
        assert await services.ids(LOCAL_OWNER, "dataset") == set()
        await services.refresh()
        assert {texts, "~sara/rebuilt-shared"} <= await services.ids("sara", "dataset")
        listed = await services.ids("ali", "dataset")
        assert "~sara/rebuilt-shared" in listed
        assert texts not in listed


async def test_what_was_copied_by_hand_is_for_everybody_and_an_administrator_removes_it(wire: Line) -> None:
    folder = write(wire.folder("accounts/copied"), FILES)
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        await services.refresh()
        assert "accounts/copied" in await services.ids("ali")
        with pytest.raises(Forbidden, match="administrator"):
            await services.installed.remove("accounts/copied", None, member("ali"))
        with pytest.raises(Conflict, match="nobody"):
            await services.sharing.change("accounts/copied", None, "private", ADMIN)
        assert read_access(folder) is None
        assert (await services.installed.remove("accounts/copied", None, ADMIN)).freed > 0
        assert not folder.exists()


async def test_a_damaged_record_hides_the_asset(wire: Line) -> None:
    folder = write(wire.folder("accounts/damaged"), FILES)
    write_access(folder, INSTALLATION)
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        await services.refresh()
        assert "accounts/damaged" in await services.ids("ali")
        (folder / ACCESS).write_bytes(b"{")
        await services.refresh()
        assert "accounts/damaged" not in await services.ids("ali")


async def test_somebody_elses_jobs_are_not_named(wire: Line) -> None:
    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        texts = await upload(client, "used")
        asset = await services.assets.get("dataset", texts, "sara")
        for owner in ("sara", "ali"):
            await _training(client.client, owner, texts)
        own, other = await services.installed.usage.users(asset, "sara")
        assert own.startswith("a training run (run-of-sara")
        assert other == "somebody else"
        assert len(await services.installed.usage.users(asset, LOCAL_OWNER)) == 2
        assert await services.installed.usage.users(asset, "reza") == ["somebody else"]
        assert await services.installed.usage.users(asset, "reza", only_own=True) == []


async def _training(client: Client, owner: str, dataset: str) -> None:
    await client.jobs.submit(TRAINING, TrainingSpec(name=f"run-of-{owner}", recipe="vits", datasets=(dataset,)), owner)


async def test_each_account_receives_the_events_of_what_it_sees(wire: Line) -> None:
    received: list[Event] = []

    async def receive(message: Msg) -> None:
        received.append(Event.model_validate_json(message.data))

    async with wire.client() as client:
        services = asset_services(client.client, wire.data)
        await client.client.bus.subscribe(subjects.event("asset", "*"), receive)
        texts = await upload(client, "announced")
        for visibility in ("shared", "private"):
            await services.sharing.change(texts, None, visibility, member("sara"))
        await eventually(lambda: len(_of(received, texts)) >= 4, "four events")
    events = _of(received, texts)
    assert [(event.data["change"], event.audience) for event in events] == [
        ("added", ("sara",)),
        ("added", None),
        ("removed", None),
        ("added", ("sara",)),
    ]
    assert [event.revision for event in events] == sorted({event.revision for event in events})
    assert all("access" not in event.data and "holders" not in event.data for event in events)
    assert read_access(wire.folder(texts, "datasets")) == owned_by("sara")


def _of(events: list[Event], asset_id: str) -> list[Event]:
    return [event for event in events if event.data["id"] == asset_id]
