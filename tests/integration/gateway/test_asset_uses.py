"""`GET /api/assets`: what uses each asset, when it was used last, and what could be removed."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.contracts.access import INSTALLATION, Role
from shared.contracts.assets import Asset, AssetKind
from shared.contracts.holding import owned_by
from shared.contracts.kinds import TRAINING
from shared.contracts.states import JobState
from shared.products import MODEL, ModelInfo
from shared.runs import RunRepository
from shared.store import Value, open_store
from tests.support.gateway_app import GatewayApp, gateway_app
from tests.support.runs import BEGAN, MadeRun, make_run
from tests.support.sources import data

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SIZE = 1000


def asset(kind: AssetKind, asset_id: str, **details: object) -> Asset:
    return Asset.model_validate({
        "id": asset_id, "kind": kind, "name": asset_id.rsplit("/", 1)[-1], "path": f"{kind}s/{asset_id}",
        "type": "text", "size": SIZE, "file_count": 1, "status": "ready", "source": "local", "fingerprint": "f",
        "downloaded_at": NOW, "updated_at": NOW, "access": owned_by("sara"), **details,
    })  # fmt: skip


@pytest.fixture(scope="module")
def used(tmp_path_factory: pytest.TempPathFactory) -> Iterator[GatewayApp]:
    with gateway_app(tmp_path_factory.mktemp("uses")) as built:
        built.install(
            asset("dataset", "local/texts", access=owned_by("sara").model_copy(update={"visibility": "shared"})),
            asset("dataset", "~sara/idle"),
            asset("model", "~sara/base"),
            asset("model", "~sara/old"),
            asset("model", "sokhan/base-fa", access=INSTALLATION),
            asset("checkpoint", "running/1"),
            asset("checkpoint", "ended/1"),
            asset("checkpoint", "ended/2"),
            asset("checkpoint", "ended/3"),
            asset("checkpoint", "ended/4"),
        )
        paused = MadeRun("running", "sara", "my run", JobState.PAUSED, base_model="~sara/base", checkpoints=(1,))
        make_run(built, paused)
        make_run(built, MadeRun("ended", "sara", base_model="~sara/old", checkpoints=(1, 2, 3, 4)))
        asyncio.run(record_deployed(built, "ended", {2: "my-voice", 3: "removed", 4: "my-voice"}))
        product(built, "~sara/my-voice", "ended", 2)
        yield built


async def record_deployed(built: GatewayApp, run: str, names: Mapping[int, str]) -> None:
    store = await open_store(f"sqlite:///{built.data.absolute() / 'sokhan.db'}")
    try:
        for step, name in names.items():
            await RunRepository(store).set_deployed(run, step, name)
    finally:
        await store.close()


def product(built: GatewayApp, asset_id: str, run: str, step: int) -> None:
    folder = built.data / "models" / asset_id
    folder.mkdir(parents=True)
    info = ModelInfo(name=asset_id.rpartition("/")[2], run_id=run, step=step, recipe="masked_lm")
    (folder / MODEL).write_text(info.model_dump_json(by_alias=True))


async def change_run(built: GatewayApp, run: str, fields: dict[str, Value]) -> None:
    store = await open_store(f"sqlite:///{built.data.absolute() / 'sokhan.db'}")
    try:
        await store.update(TRAINING.collection, {"id": run}, {"$set": fields})
    finally:
        await store.close()


Listed = dict[str, dict[str, object]]


def listed(built: GatewayApp, owner: str, role: Role = Role.MEMBER) -> tuple[Listed, dict[str, int]]:
    with built.as_owner(owner, role):
        answer = data(built, "GET", "/api/assets")
    return {each["id"]: each for each in answer["assets"]}, answer["totals"]


def test_each_use_is_named(used: GatewayApp) -> None:
    assets, _ = listed(used, "sara")
    run = {"kind": "training", "id": "running", "name": "my run"}
    assert {name: each["inUseBy"] for name, each in assets.items()} == {
        "local/texts": [run],
        "~sara/idle": None,
        "~sara/base": [run],
        "~sara/old": None,
        "sokhan/base-fa": None,
        "running/1": [run],
        "ended/1": None,
        "ended/2": [{"kind": "deployment", "id": None, "name": "my-voice"}],
        "ended/3": None,  # the product was removed
        "ended/4": None,  # the product is now that of another step
    }


def test_the_checkpoints_of_a_run_agree_on_what_is_deployed(used: GatewayApp) -> None:
    with used.as_owner("sara"):
        found = data(used, "GET", "/api/training/ended/checkpoints")
    assert {each["step"]: each["deployedAs"] for each in found} == {1: None, 2: "my-voice", 3: None, 4: None}


def test_somebody_elses_use_has_no_name(used: GatewayApp) -> None:
    assets, totals = listed(used, "ali")
    assert set(assets) == {"local/texts", "sokhan/base-fa"}
    assert assets["local/texts"]["inUseBy"] == [{"kind": "other", "id": None, "name": None}]
    assert assets["local/texts"]["lastUsedAt"] is None
    assert (totals["removable"], totals["removableBytes"]) == (0, 0)


def test_the_last_use_is_the_end_of_a_run(used: GatewayApp) -> None:
    assets, _ = listed(used, "sara")
    assert str(assets["~sara/old"]["lastUsedAt"]).startswith(BEGAN.strftime("%Y-%m-%dT12:05"))
    assert assets["~sara/idle"]["lastUsedAt"] is None


def test_a_run_that_cannot_be_read_hides_no_other(tmp_path: Path) -> None:
    with gateway_app(tmp_path) as built:
        built.install(asset("model", "~sara/old"))
        make_run(built, MadeRun("ended", "sara", base_model="~sara/old"))
        make_run(built, MadeRun("broken", "sara"))
        asyncio.run(change_run(built, "broken", {"progress": "from a newer version"}))
        assets, _ = listed(built, "sara")
        assert assets["~sara/old"]["lastUsedAt"] is not None
        with built.as_owner("sara"):
            assert [run["id"] for run in data(built, "GET", "/api/training")] == ["ended"]


def test_what_could_be_removed(used: GatewayApp) -> None:
    assets, totals = listed(used, "sara")
    assert {name for name, each in assets.items() if each["removable"]} == {"~sara/idle", "~sara/old"}
    assert totals == {
        "count": 10, "ready": 10, "bytes": 10 * SIZE, "downloadsThisMonth": 0,
        "removable": 2, "removableBytes": 2 * SIZE,
    }  # fmt: skip
    assets, totals = listed(used, "root", Role.ADMIN)
    assert {name for name, each in assets.items() if each["removable"]} == {"sokhan/base-fa"}
    assert totals["removableBytes"] == SIZE


def test_other_lists_are_as_before(used: GatewayApp) -> None:
    with used.as_owner("sara"):
        assert all("inUseBy" not in each for each in data(used, "GET", "/api/catalog/models"))
