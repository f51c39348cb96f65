"""What a run may read, and to whom its checkpoints and its product belong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.trainer.check import TrainingCheck
from services.trainer.child.checkpoints import CheckpointStore
from services.trainer.devices import Devices
from services.trainer.inputs import RunInputs, own_checkpoints
from shared.assets import AssetRepository
from shared.contracts.access import INSTALLATION, AssetAccess
from shared.contracts.assets import Asset
from shared.contracts.errors import NotFound
from shared.contracts.holding import owned_by
from shared.contracts.owners import LOCAL_OWNER
from shared.contracts.rpc import CheckTraining
from shared.files import DataTree, read_access, write_access
from shared.files.members import ACCESS
from shared.jobs import Fail
from shared.objects import SharedFolder
from shared.store import open_store

NOW = datetime(2026, 11, 1, tzinfo=UTC)
SARA = owned_by("sara")
TEXTS = "~sara/texts"


@pytest.fixture
def tree(tmp_path: Path) -> DataTree:
    tree = DataTree(tmp_path)
    tree.prepare()
    return tree


@pytest.fixture
async def assets(tmp_path: Path) -> AsyncIterator[AssetRepository]:
    store = await open_store(f"sqlite:///{tmp_path / 'store.db'}")
    yield AssetRepository(store)
    await store.close()


async def save(assets: AssetRepository, asset_id: str, access: AssetAccess, *, day: int = 1, **details: object) -> None:
    await assets.save(Asset.model_validate({
        "id": asset_id, "kind": "model" if details else "dataset", "name": asset_id, "path": asset_id,
        "type": "transformers" if details else "ljspeech", "size": 1, "file_count": 1, "status": "ready",
        "source": "local", "fingerprint": "f", "downloaded_at": NOW.replace(day=day), "updated_at": NOW,
        "access": access, "details": details,
    }))  # fmt: skip


async def asr_model(assets: AssetRepository, owner: str, asr: str | None = None) -> str | None:
    request = CheckTraining(recipe="vits", config={}, datasets=(TEXTS,), asr_model=asr, owner=owner)
    return (await TrainingCheck(assets, Devices((), 1, 1)).check(request)).asr_model


async def test_the_check_finds_only_what_the_owner_may_see(assets: AssetRepository) -> None:
    await save(assets, TEXTS, SARA)
    await save(assets, "ns/everybodys", INSTALLATION, transcribes=True)
    await save(assets, "ns/newest", AssetAccess(owner=None, holders=("ali",)), day=9, transcribes=True)
    assert await asr_model(assets, "sara") == "ns/everybodys"
    assert await asr_model(assets, LOCAL_OWNER) == "ns/newest"
    with pytest.raises(NotFound, match="ns/newest"):
        await asr_model(assets, "sara", "ns/newest")
    with pytest.raises(NotFound, match=TEXTS):
        await asr_model(assets, "ali")


async def test_a_run_does_not_start_with_what_is_not_shared_any_more(tree: DataTree, assets: AssetRepository) -> None:
    inputs, folder = RunInputs(tree, assets, SharedFolder()), tree.folder("dataset", TEXTS)
    folder.mkdir(parents=True)
    shared = SARA.model_copy(update={"visibility": "shared"})
    await save(assets, TEXTS, shared)
    write_access(folder, shared)
    assert await inputs.folder("dataset", TEXTS, "ali") == folder
    write_access(folder, SARA)  # the scanner has not seen it yet
    with pytest.raises(Fail, match="is gone"):
        await inputs.folder("dataset", TEXTS, "ali")
    for owner in ("sara", LOCAL_OWNER):
        assert await inputs.folder("dataset", TEXTS, owner) == folder


async def test_without_a_record_the_document_decides(tree: DataTree, assets: AssetRepository) -> None:
    inputs, folder = RunInputs(tree, assets, SharedFolder()), tree.folder("dataset", "ns/a")
    folder.mkdir(parents=True)
    with pytest.raises(Fail):
        await inputs.folder("dataset", "ns/a", "sara")
    assert await inputs.folder("dataset", "ns/a", LOCAL_OWNER) == folder
    await save(assets, "ns/a", INSTALLATION)
    assert await inputs.folder("dataset", "ns/a", "sara") == folder
    with pytest.raises(Fail):
        await inputs.folder("dataset", "ns/gone", LOCAL_OWNER)


def test_checkpoints_are_the_owners_and_stay_with_whom_they_were_given_to(tree: DataTree) -> None:
    run = tree.checkpoints / "run"
    own_checkpoints(run, "sara")
    assert read_access(run) == SARA
    write_access(run, owned_by("ali"))
    own_checkpoints(run, "sara")
    assert read_access(run) == owned_by("ali")
    store = CheckpointStore(run)
    (run / ".5.partial").mkdir()
    assert store.clean() == [".5.partial"]
    assert (run / ACCESS).exists()
    own_checkpoints(tree.checkpoints / "sole", LOCAL_OWNER)
    assert list((tree.checkpoints / "sole").iterdir()) == []
