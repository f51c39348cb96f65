"""Which run gets which device, and which waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pytest

from services.trainer.admission import TrainingAdmission
from services.trainer.devices import DevicePlacement, Devices, find_gpus
from shared.contracts.jobs import Job
from shared.contracts.kinds import TRAINING
from shared.contracts.kinds.training import TrainingJob, TrainingProgress, TrainingSpec
from shared.contracts.states import Control, JobKind
from shared.contracts.wire import ConfigValue
from shared.jobs import JobRepository
from shared.service.runtime import utc_now
from shared.store import open_store


def test_the_gpu_with_the_fewest_runs_is_taken_first() -> None:
    devices = Devices(["a", "b"], gpu_slots=2, cpu_slots=1)
    taken = []
    for run in "wxyz":
        place = devices.find("auto", 1)
        assert place is not None
        devices.take(run, place)
        taken.append(place.gpus)
    assert taken == [("a",), ("b",), ("a",), ("b",)]
    assert devices.find("auto", 1) is None
    assert devices.find("cpu", 1) == DevicePlacement()
    devices.give_back("x")
    assert devices.find("cuda", 1) == DevicePlacement(("b",))


def test_a_run_of_two_processes_waits_for_two_gpus() -> None:
    devices = Devices(["a", "b"], gpu_slots=1, cpu_slots=1)
    devices.take("one", DevicePlacement(("b",)))
    assert devices.find("auto", 2) is None
    assert devices.find("auto", 1) == DevicePlacement(("a",))
    devices.give_back("one")
    assert devices.find("auto", 2) == DevicePlacement(("a", "b"))


def test_without_a_gpu_everything_shares_the_processor() -> None:
    devices = Devices([], gpu_slots=1, cpu_slots=1)
    place = devices.find("auto", 4)
    assert place == DevicePlacement()
    devices.take("r", place)
    assert devices.find("cuda", 1) is None
    assert devices.slots == 2
    assert devices.find_unaccelerated() == DevicePlacement(light=True)


@pytest.mark.parametrize(
    ("place", "seen"), [(DevicePlacement(), ""), (DevicePlacement(("GPU-1", "GPU-2")), "GPU-1,GPU-2")]
)
def test_a_run_sees_its_own_gpus_only(place: DevicePlacement, seen: str) -> None:
    assert place.environment() == {"CUDA_VISIBLE_DEVICES": seen}


@pytest.mark.parametrize(("setting", "found"), [("none", ()), ("0, 2", ("0", "2"))])
def test_gpus_by_setting(setting: str, found: tuple[str, ...]) -> None:
    assert find_gpus(setting) == found


@dataclass
class Queue:
    """Jobs in a real store, and the gate before them."""

    repository: JobRepository
    devices: Devices
    jobs: dict[str, Job] = field(default_factory=dict)

    def admission(self) -> TrainingAdmission:
        return TrainingAdmission(self.repository, self.devices, utc_now)

    async def add(self, id_: str, owner: str, **config: ConfigValue) -> None:
        at = utc_now() - timedelta(minutes=60 - len(self.jobs))
        spec = TrainingSpec(name=id_, recipe="vits", datasets=("local/d",), config={"device": "auto", **config})
        new = TrainingJob(
            id=id_, kind=JobKind.TRAINING, owner=owner, created_at=at, updated_at=at, available_at=at,
            spec=spec, progress=TrainingProgress(),
        )  # fmt: skip
        self.jobs[id_], _ = await self.repository.create(new)

    async def begun(self) -> list[str]:
        """What is let in until nothing more is."""
        begun = []
        while (job := await self.admission().next()) is not None:
            assert await self.repository.claim(TRAINING, job.id, "w") is not None
            begun.append(job.id)
        return begun


async def test_users_take_turns_and_a_run_for_the_processor_does_not_wait_for_the_gpu(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'jobs.db'}")
    try:
        queue = Queue(JobRepository(store, utc_now, 20.0), Devices(["g"], gpu_slots=1, cpu_slots=1))
        await queue.add("z1", "zahra")
        await queue.add("z2", "zahra")
        await queue.add("z3", "zahra", device="cpu")
        await queue.add("a1", "ali")
        assert await queue.begun() == ["z1", "z3"]
        assert await queue.begun() == []
        queue.admission().release("z1")
        assert await queue.begun() == ["a1"]
        assert await queue.begun() == []
    finally:
        await store.close()


async def test_a_run_whose_last_attempt_is_not_out_yet_waits_for_it(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'jobs.db'}")
    try:
        queue = Queue(JobRepository(store, utc_now, 20.0), Devices(["g", "h"], gpu_slots=1, cpu_slots=1))
        await queue.add("z1", "zahra")
        first = await queue.admission().next()
        assert first is not None
        assert await queue.admission().next() is None
        queue.admission().release("z1")
        assert await queue.begun() == ["z1"]
    finally:
        await store.close()


async def test_paused_runs_stand_in_nobodys_way(tmp_path: Path) -> None:
    store = await open_store(f"sqlite:///{tmp_path / 'jobs.db'}")
    try:
        queue = Queue(JobRepository(store, utc_now, 20.0), Devices([], gpu_slots=1, cpu_slots=1))
        for number in range(20):
            await queue.add(f"p{number}", "zahra")
            await queue.repository.request_control(queue.jobs[f"p{number}"], Control.PAUSE)
        await queue.add("z1", "ali")
        assert await queue.begun() == ["z1"]
    finally:
        await store.close()
