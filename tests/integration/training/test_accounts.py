"""A run of an account, from the names in its request to its private product, with a real trainer and scanner."""

from __future__ import annotations

import asyncio
import os
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass

import pytest

from services.gateway.training.checkpoints import CheckpointsService
from services.gateway.training.deployments import DeploymentsService
from services.gateway.training.schemas import StartTrainingRequest
from services.gateway.training.service import TrainingService
from shared.contracts.errors import NotFound, Unavailable
from shared.contracts.holding import owned_by
from shared.contracts.kinds import SCAN, TRAINING
from shared.contracts.kinds.scan import ImportDataset, ScanSpec
from shared.contracts.kinds.training import TrainingJob, TrainingSpec
from shared.contracts.states import JobState
from shared.files import DataTree, read_access, write_access
from shared.runs import RunRepository
from tests.support.asset_services import AssetServices, asset_services, member
from tests.support.downloads import Line, line
from tests.support.hub import running_hub
from tests.support.jobs import Client
from tests.support.processes import ROOT
from tests.support.toy.recipe import TOY_PATH

TOY = {"max_steps": 4, "evaluate_every": 2, "checkpoint_every": 2, "step_seconds": 0.01}
SARA = owned_by("sara")


@pytest.fixture(scope="module")
def wire(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Line]:
    path = os.pathsep.join([str(TOY_PATH), str(ROOT)])
    folder = tmp_path_factory.mktemp("line")
    with running_hub(tmp_path_factory.mktemp("hub")) as hub, line(folder, hub, PYTHONPATH=path) as built:
        built.start("trainer")
        yield built


@dataclass
class Accounts:
    client: Client
    services: AssetServices
    training: TrainingService
    deployments: DeploymentsService
    tree: DataTree

    async def upload(self, name: str, owner: str) -> str:
        (self.tree.uploads / name).write_bytes('{"text": "سلام"}\n'.encode() * 20)
        task = ImportDataset(upload=name, name=name, namespace=f"~{owner}", file_name="a.jsonl")
        job = await self.client.jobs.wait(await self.client.jobs.submit(SCAN, ScanSpec(task=task), owner), 20)
        assert job.state is JobState.COMPLETED, job.error
        assert job.result is not None
        assert job.result.added == 0, "changes of all accounts are not counted for one"
        return f"~{owner}/{name}"

    async def start(self, dataset: str, owner: str, name: str = "made") -> TrainingJob:
        request = StartTrainingRequest(recipe="toy", datasets=[dataset], config=dict(TOY), name=name)
        return await self.training.start(request, owner, None)

    async def ended(self, job: TrainingJob) -> TrainingJob:
        ended = await self.client.jobs.wait(job, 60)
        assert ended.terminal
        return ended


@pytest.fixture
async def accounts(wire: Line) -> AsyncIterator[Accounts]:
    async with wire.bench.client() as client:
        services, tree = asset_services(client, wire.data), DataTree(wire.data.absolute())
        runs = RunRepository(client.store)
        checkpoints = CheckpointsService(client.repository, runs, tree)
        training = TrainingService(client.jobs, runs, client.bus, checkpoints, services.assets)
        await _until_answered(training)
        installed, refresh = services.installed, services.refresh
        deployments = DeploymentsService(checkpoints, installed, client.jobs, runs, tree, refresh)
        yield Accounts(client, services, training, deployments, tree)


async def _until_answered(training: TrainingService) -> None:
    """The trainer starts in some seconds."""
    async with asyncio.timeout(30):
        while True:
            with suppress(Unavailable):
                await training.recipes()
                return
            await asyncio.sleep(0.1)


async def test_what_a_run_makes_is_its_owners(accounts: Accounts) -> None:
    texts = await accounts.upload("texts", "sara")
    job = await accounts.start("local/texts", "sara")
    assert job.spec.datasets == (texts,)
    done = await accounts.ended(job)
    assert done.state is JobState.COMPLETED, done.error
    assert done.result is not None
    assert done.result.model == "~sara/made"
    assert read_access(accounts.tree.folder("model", "~sara/made")) == SARA
    assert read_access(accounts.tree.checkpoints / job.id) == SARA
    assert "~sara/made" in await accounts.services.ids("sara")
    assert "~sara/made" not in await accounts.services.ids("ali")
    for owner, expected in (("sara", True), ("ali", False)):
        seen = {asset.id for asset in await accounts.services.assets.all(owner, "checkpoint")}
        assert (f"{job.id}/4" in seen) is expected

    deployed = await accounts.deployments.deploy(job.id, 4, "live", "sara")
    assert deployed.id == "~sara/live"
    assert read_access(accounts.tree.folder("model", "~sara/live")) == SARA
    with pytest.raises(NotFound):
        await accounts.deployments.deploy(job.id, 4, "live", "ali")
    assert (await accounts.deployments.undeploy(job.id, 4, "sara")).id == "~sara/live"
    assert not accounts.tree.folder("model", "~sara/live").exists()


async def test_what_an_account_may_not_see_is_not_found(accounts: Accounts) -> None:
    texts = await accounts.upload("private", "sara")
    for name in ("private", "local/private", texts):
        with pytest.raises(NotFound, match=f"There is no dataset {name} here"):
            await accounts.start(name, "ali")
    await accounts.services.sharing.change(texts, None, "shared", member("sara"))
    job = await accounts.start("private", "ali")
    assert job.spec.datasets == (texts,)
    assert (await accounts.ended(job)).state is JobState.COMPLETED
    assert "~ali/made" in await accounts.services.ids("ali")


async def test_a_waiting_run_does_not_read_what_is_not_shared_any_more(accounts: Accounts) -> None:
    texts = await accounts.upload("withdrawn", "sara")
    folder = accounts.tree.folder("dataset", texts)
    write_access(folder, SARA)
    # As accepted while it was shared.
    spec = TrainingSpec(name="late", recipe="toy", datasets=(texts,), config=dict(TOY))
    failed = await accounts.ended(await accounts.client.jobs.submit(TRAINING, spec, "ali"))
    assert failed.state is JobState.FAILED
    assert failed.error is not None
    assert (failed.error.code, failed.error.message) == ("NOT_FOUND", f"The dataset {texts} is gone.")
